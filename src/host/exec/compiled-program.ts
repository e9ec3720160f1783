/** How many bytes of a file say whether it is compiled. */
export const headerBytes = 8;

/**
 * Whether a file starts as machine code of this operating system does. The text of everything else
 * is what runs: the kernel hands it to the interpreter that its `#!` or its kind names, and what the
 * kernel refuses, the C library hands to `/bin/sh`.
 * @param start the first {@link headerBytes} of the file, zeros behind its end.
 * @param platform as in `process.platform`.
 */
export function isCompiled(start: Buffer, platform: string): boolean {
  return platform === 'darwin' ? isMachO(start) : isElf(start);
}

/** 32 or 64 bits, either byte order, version 1: a text that only begins like one is none. */
function isElf(start: Buffer): boolean {
  const [bits = 0, order = 0, version = 0] = start.subarray(4, 7);
  return start.readUInt32BE(0) === 0x7f454c46 && bits < 3 && order < 3 && version === 1;
}

const machO: ReadonlySet<number> = new Set([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe]);

function isMachO(start: Buffer): boolean {
  const magic = start.readUInt32BE(0);
  // Of several architectures; what has more than these is a class file of Java.
  if (magic === 0xcafebabe || magic === 0xcafebabf) return start.readUInt32BE(4) < 32;
  return machO.has(magic);
}
