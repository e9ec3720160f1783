import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { chromium, type Page } from 'playwright-core';
import { ensureChromium } from './chromium.ts';

/** Draws the PNGs in `build/icons` from the SVGs beside them; to be run when one has changed. */

const folder = join(import.meta.dirname, '..', 'build', 'icons');

interface Drawing {
  readonly svg: string;
  readonly png: string;
  /** Width and height of the picture. */
  readonly size: number;
  /** Picture elements per unit of size. */
  readonly scale: 1 | 2;
  /** CSS filter. */
  readonly filter?: string;
}

/**
 * A panel may be light or dark and nobody tells (Linux): white with a dark outline can be seen on
 * both. The shadows lie on each other until they are nearly solid.
 */
const outlined = `invert(1) ${'drop-shadow(0 0 0.6px #000) '.repeat(3)}`;

function drawingsOf(svg: string): readonly Drawing[] {
  const name = svg.slice(0, -'.svg'.length);
  if (!name.startsWith('tray-')) return [{ svg, png: `${name}.png`, size: 512, scale: 1 }];
  const template = name.replace('tray-', 'trayTemplate-');
  return ([1, 2] as const).flatMap((scale) => {
    const end = scale === 1 ? '.png' : '@2x.png';
    return [
      { svg, png: `${template}${end}`, size: 16, scale },
      { svg, png: `${name}${end}`, size: 24, scale, filter: outlined },
    ];
  });
}

async function draw(page: Page, { svg, size, filter = 'none' }: Drawing): Promise<Buffer> {
  const source = await readFile(join(folder, svg), 'utf8');
  const picture = source.replace('<svg ', `<svg width="${size}" height="${size}" `);
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<style>body{margin:0}svg{display:block;filter:${filter}}</style>${picture}`,
  );
  return page.screenshot({ omitBackground: true });
}

/** Says how many picture elements a metre has: macOS wants 144 per inch in an `@2x` file. */
function withDensity(png: Buffer, scale: number): Buffer {
  const perMetre = Math.round((72 * scale) / 0.0254);
  const chunk = Buffer.alloc(21);
  chunk.writeUInt32BE(9, 0);
  chunk.write('pHYs', 4, 'latin1');
  chunk.writeUInt32BE(perMetre, 8);
  chunk.writeUInt32BE(perMetre, 12);
  chunk.writeUInt8(1, 16);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 17)), 17);
  // Behind the signature and the header, which has a fixed length.
  const headerEnd = 8 + 25;
  return Buffer.concat([png.subarray(0, headerEnd), chunk, png.subarray(headerEnd)]);
}

const files = (await readdir(folder)).filter((file) => file.endsWith('.svg')).sort();
const browser = await chromium.launch({
  executablePath: ensureChromium(),
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  for (const scale of [1, 2] as const) {
    const page = await browser.newPage({ deviceScaleFactor: scale });
    for (const drawing of files.flatMap(drawingsOf).filter((one) => one.scale === scale)) {
      await writeFile(join(folder, drawing.png), withDensity(await draw(page, drawing), scale));
      console.log(drawing.png);
    }
  }
} finally {
  await browser.close();
}
