/**
 * What a safe bin may be called with (exec-ipc §5.6, NEW): it then reads standard input, writes
 * standard output and touches nothing else.
 */
export interface SafeBinProfile {
  readonly positionals: readonly [min: number, max: number];
  /** Flags that take a value. */
  readonly values: ReadonlySet<string>;
  /** Flags whose value can only be attached with `=`; detached, it would be a file. */
  readonly optionalValues: ReadonlySet<string>;
  readonly booleans: ReadonlySet<string>;
  /**
   * Long flags that are refused and still count when an abbreviation is resolved: those the table
   * denies, and the rest that the GNU programs know.
   */
  readonly refused: ReadonlySet<string>;
}

const profile = (facts: {
  readonly positionals?: readonly [min: number, max: number];
  readonly values?: string;
  readonly optionalValues?: string;
  readonly booleans?: string;
  readonly refused?: string;
}): SafeBinProfile => ({
  positionals: facts.positionals ?? [0, 0],
  values: words(facts.values),
  optionalValues: words(facts.optionalValues),
  booleans: words(facts.booleans),
  refused: words(`${facts.refused ?? ''} --help --version`),
});

function words(text = ''): ReadonlySet<string> {
  return new Set(text.split(' ').filter((word) => word !== ''));
}

const quietness = '--quiet --silent --verbose --zero-terminated -q -v -z';

/** Safe unless the policy says otherwise. */
export const defaultProfiles: ReadonlyMap<string, SafeBinProfile> = new Map([
  [
    'cut',
    profile({
      values: '--bytes --characters --fields --delimiter --output-delimiter -b -c -f -d',
      booleans: '--complement --only-delimited --zero-terminated -n -s -z',
      refused: '--whitespace-delimited',
    }),
  ],
  [
    'uniq',
    profile({
      values: '--skip-fields --skip-chars --check-chars -f -s -w',
      // The table lists it with the others, but GNU reads `--group FILE` as an input file.
      optionalValues: '--group',
      booleans: '--count --repeated --unique --ignore-case --zero-terminated -c -d -u -i -z',
      refused: '--all-repeated',
    }),
  ],
  ['head', profile({ values: '--lines --bytes -n -c', booleans: quietness })],
  [
    'tail',
    profile({
      values: '--lines --bytes --sleep-interval --max-unchanged-stats --pid -n -c',
      booleans: quietness,
      refused: '--follow --retry --debug',
    }),
  ],
  [
    'tr',
    profile({
      positionals: [1, 2],
      booleans: '--complement --delete --squeeze-repeats --truncate-set1 -C -c -d -s -t',
    }),
  ],
  [
    'wc',
    profile({
      booleans: '--bytes --chars --lines --max-line-length --words -L -c -l -m -w',
      refused: '--files0-from --total --debug',
    }),
  ],
]);

/** Safe only where the policy says so by name. */
export const optInProfiles: ReadonlyMap<string, SafeBinProfile> = new Map([
  [
    'grep',
    profile({
      values:
        '--regexp --max-count --after-context --before-context --devices --binary-files ' +
        '--exclude --include --label -e -m -A -B -C -D',
      // Optional on macOS, where a detached one is a file.
      optionalValues: '--context',
      refused:
        '--file --exclude-from --dereference-recursive --directories --recursive --exclude-dir ' +
        '--basic-regexp --extended-regexp --fixed-strings --fixed-regexp --perl-regexp --binary ' +
        '--byte-offset --color --colour --count --files-with-matches --files-without-match ' +
        '--group-separator --no-group-separator --ignore-case --no-ignore-case ' +
        '--initial-tab --invert-match --line-buffered --line-number --line-regexp --no-filename ' +
        '--no-messages --null --null-data --only-matching --quiet --silent --text --unix-byte-offsets ' +
        '--with-filename --word-regexp',
    }),
  ],
  [
    'sort',
    profile({
      values: '--key --field-separator --buffer-size --parallel --batch-size -k -t -S',
      refused:
        '--compress-program --files0-from --output --random-source --temporary-directory ' +
        '--check --debug --dictionary-order --general-numeric-sort --human-numeric-sort ' +
        '--ignore-case --ignore-leading-blanks --ignore-nonprinting --merge --month-sort ' +
        '--numeric-sort --random-sort --reverse --sort --stable --unique --version-sort ' +
        '--zero-terminated --mmap --qsort --mergesort --heapsort --radixsort',
    }),
  ],
]);
