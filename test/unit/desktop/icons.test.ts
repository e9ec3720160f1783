import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { TrayShape } from '#core/desktop/tray-state.ts';

const folder = join(import.meta.dirname, '../../../build/icons');
const shapes: readonly TrayShape[] = ['idle', 'working', 'paused', 'attention', 'waiting'];

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly dotsPerInch: number;
  /** Red, green, blue, alpha. */
  readonly pixels: readonly (readonly [number, number, number, number])[];
}

function chunksOf(png: Buffer): ReadonlyMap<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    chunks.set(type, Buffer.concat([chunks.get(type) ?? Buffer.alloc(0), data]));
    at += length + 12;
  }
  return chunks;
}

function paeth(left: number, up: number, upLeft: number): number {
  const guess = left + up - upLeft;
  const [a, b, c] = [left, up, upLeft].map((value) => Math.abs(guess - value));
  if (a === undefined || b === undefined || c === undefined) return 0;
  if (a <= b && a <= c) return left;
  return b <= c ? up : upLeft;
}

/** Eight bits per channel, with alpha, not interlaced: what the browser writes. */
function readPng(name: string): Picture {
  const chunks = chunksOf(readFileSync(join(folder, name)));
  const header = chunks.get('IHDR') ?? Buffer.alloc(13);
  expect([...header.subarray(8)]).toEqual([8, 6, 0, 0, 0]);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const raw = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
  const row = width * 4;
  const out = Buffer.alloc(height * row);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (row + 1)] ?? 0;
    for (let x = 0; x < row; x += 1) {
      const left = x < 4 ? 0 : (out[y * row + x - 4] ?? 0);
      const up = y === 0 ? 0 : (out[(y - 1) * row + x] ?? 0);
      const upLeft = x < 4 || y === 0 ? 0 : (out[(y - 1) * row + x - 4] ?? 0);
      const added = [0, left, up, Math.floor((left + up) / 2), paeth(left, up, upLeft)][filter];
      out[y * row + x] = ((raw[y * (row + 1) + 1 + x] ?? 0) + (added ?? 0)) % 256;
    }
  }
  const density = chunks.get('pHYs')?.readUInt32BE(0) ?? 0;
  const pixels = Array.from({ length: width * height }, (_, index) => {
    const [red = 0, green = 0, blue = 0, alpha = 0] = out.subarray(index * 4, index * 4 + 4);
    return [red, green, blue, alpha] as const;
  });
  return { width, height, dotsPerInch: Math.round(density * 0.0254), pixels };
}

describe('tray icons', () => {
  it.each(
    shapes.flatMap((shape) => [
      [`trayTemplate-${shape}.png`, 16, 72],
      [`trayTemplate-${shape}@2x.png`, 32, 144],
    ]) as [string, number, number][],
  )('%s is %i picture elements wide, black and alpha only', (name, size, dotsPerInch) => {
    const picture = readPng(name);
    expect(picture).toMatchObject({ width: size, height: size, dotsPerInch });
    expect(picture.pixels.every(([red, green, blue]) => red + green + blue === 0)).toBe(true);
    const inked = picture.pixels.filter(([, , , alpha]) => alpha > 128).length;
    expect(inked / picture.pixels.length).toBeGreaterThan(0.2);
    expect(inked / picture.pixels.length).toBeLessThan(0.6);
  });

  it('tells the states apart by shape, without colour', () => {
    const pictures = shapes.map((shape) => readPng(`trayTemplate-${shape}.png`).pixels);
    for (const [index, one] of pictures.entries()) {
      for (const other of pictures.slice(index + 1)) {
        const differing = one.filter(
          ([, , , alpha], at) => Math.abs(alpha - (other[at]?.[3] ?? 0)) > 128,
        );
        expect(differing.length).toBeGreaterThan(3);
      }
    }
  });

  it.each(shapes)('tray-%s.png has light and dark parts, for panels of any colour', (shape) => {
    const { width, pixels } = readPng(`tray-${shape}.png`);
    const solid = pixels.filter(([, , , alpha]) => alpha > 100);
    expect(width).toBe(24);
    expect(solid.some(([red]) => red > 220)).toBe(true);
    expect(solid.some(([red]) => red < 60)).toBe(true);
  });

  it('has an app icon of 512 by 512', () => {
    expect(readPng('app.png')).toMatchObject({ width: 512, height: 512 });
  });
});
