/** What a request may not set: every name of S13, the families spelled out. */

const shell = [
  ...['PATH', 'HOME', 'SHELL', 'BASH_ENV', 'ENV', 'ZDOTDIR', 'SHELLOPTS', 'BASHOPTS', 'PS4', 'IFS'],
  ...['BASH_FUNC_ls%%', 'BASH_FUNC_ls()', 'PROMPT_COMMAND', 'CDPATH', 'GLOBIGNORE', 'FPATH'],
];

const loader = [
  ...['DYLD_INSERT_LIBRARIES', 'DYLD_LIBRARY_PATH', 'DYLD_FRAMEWORK_PATH', 'DYLD_FALLBACK_PATH'],
  ...['LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT', 'LD_DEBUG_OUTPUT', 'GCONV_PATH'],
];

const languages = [
  ...['NODE_OPTIONS', 'NODE_PATH', 'ELECTRON_RUN_AS_NODE', 'PERL5OPT', 'PERL5LIB', 'RUBYOPT'],
  ...['PYTHONPATH', 'PYTHONSTARTUP', 'PYTHONHOME', 'PYTHONINSPECT', 'PYTHONUSERBASE'],
  ...['PYTHONWARNINGS', 'PYTHONBREAKPOINT', 'PYTHONPYCACHEPREFIX', 'JAVA_TOOL_OPTIONS'],
];

const git = [
  ...['GIT_SSH_COMMAND', 'GIT_SSH', 'GIT_DIR', 'GIT_EXEC_PATH', 'GIT_EXTERNAL_DIFF', 'GIT_PAGER'],
  ...['GIT_CONFIG_COUNT', 'GIT_CONFIG_KEY_0', 'GIT_CONFIG_VALUE_0', 'GIT_CONFIG_GLOBAL'],
  ...['GIT_ASKPASS', 'GIT_EDITOR', 'GIT_PROXY_COMMAND', 'GIT_TEMPLATE_DIR', 'GIT_ALLOW_PROTOCOL'],
];

const tools = [
  ...['SSH_ASKPASS', 'AWS_CONFIG_FILE', 'CC', 'PIP_INDEX_URL', 'PIP_CONFIG_FILE', 'LESSOPEN'],
  ...['npm_config_registry', 'npm_config_script_shell', 'npm_config_node_options', 'EDITOR'],
  ...['PAGER', 'MAKEFLAGS', 'HTTPS_PROXY', 'SSL_CERT_FILE', 'OPENCLAW_GATEWAY_TOKEN'],
];

/** No names at all, or names that are something else than they look. */
const odd = ['__proto__', 'constructor', 'LC_ALL; id', 'LC_', 'LC_ALL\nLD_PRELOAD'];

/** A listed name in another spelling is another name. */
const respelled = ['term', 'Lang', 'LC_all', 'lc_ALL', 'CI ', '\tTZ', 'ＴＥＲＭ'];

export const injectedNames: readonly string[] = [
  ...[shell, loader, languages, git, tools, odd, respelled].flat(),
];

/** Ways to write a name that some layer might take for the name itself. */
function spellings(name: string): readonly string[] {
  const capital = name.charAt(0).toUpperCase() + name.slice(1).toLowerCase();
  const cases = [name, name.toLowerCase(), name.toUpperCase(), capital];
  const spaced = [` ${name}`, `${name} `, `${name}\t`, `${name}\r`, `\u00A0${name}`, `"${name}"`];
  const allowed = ['TERM', 'LANG', 'CI', 'TZ', 'LC_ALL'];
  return [...new Set([...cases, ...spaced])].filter((spelling) => !allowed.includes(spelling));
}

/** Every name in every spelling, each with a value that gives it away. */
export function injectedEnvironment(names: readonly string[] = injectedNames) {
  return Object.fromEntries(names.flatMap(spellings).map((name) => [name, 'INJECTED']));
}
