import { type Browser, chromium } from 'playwright-core';

/**
 * The address bar of Chromium loads two pages of its own in every new window, which takes it ten
 * times as long as a page of ours, at the same moment. In Electron there is none.
 */
const popupsOfAddressBar = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];

/** Only the last list counts, so what Playwright turns off is named again. */
const offByPlaywright = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
];

/** @param executablePath by default the one that `npm test` found. */
export async function launchChromium(
  executablePath = process.env.OPENCLAW_TEST_CHROMIUM,
): Promise<Browser> {
  if (!executablePath)
    throw new Error('OPENCLAW_TEST_CHROMIUM is not set: run this through npm test');
  const off = [...offByPlaywright, ...popupsOfAddressBar].join(',');
  const args = ['--no-sandbox', '--disable-gpu', `--disable-features=${off}`];
  return chromium.launch({ executablePath, args });
}
