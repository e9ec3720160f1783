import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { startCompanion } from '#support/programs.ts';

/** A page of a stranger, served from another origin of this machine. */
async function servePage(): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>stranger</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function openBrowser() {
  const executablePath = process.env.OPENCLAW_TEST_CHROMIUM;
  if (!executablePath)
    throw new Error('OPENCLAW_TEST_CHROMIUM is not set: run this through npm test');
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  });
  onTestFinished(() => browser.close());
  return browser;
}

test('S2: a web page in a real browser gets no frame from the Gateway, from any origin it can have', async () => {
  const companion = await startCompanion();
  const browser = await openBrowser();
  const page = await browser.newPage();

  for (const from of [await servePage(), 'about:blank', 'data:text/html,<title>x</title>']) {
    await page.goto(from);
    const seen = await page.evaluate(
      (url) =>
        new Promise<string>((resolve) => {
          const socket = new WebSocket(url);
          socket.onmessage = (message) => resolve(`message: ${message.data}`);
          socket.onopen = () => resolve('open');
          socket.onclose = (event) => resolve(`closed ${event.code}`);
        }),
      companion.ready.gateway.url,
    );
    expect(seen).toBe('closed 1006');
  }
  expect(companion.child.exitCode).toBeNull();
});

test('S2: a web page cannot read anything from the Gateway over plain HTTP', async () => {
  const companion = await startCompanion();
  const browser = await openBrowser();
  const page = await browser.newPage();
  await page.goto(await servePage());
  const read = await page.evaluate(
    async (url) => {
      try {
        return await (await fetch(url)).text();
      } catch (error) {
        return `refused: ${(error as Error).name}`;
      }
    },
    companion.ready.gateway.url.replace('ws:', 'http:'),
  );
  expect(read).toBe('refused: TypeError');
});
