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

export function launchChromium(executablePath: string): Promise<Browser> {
  const off = [...offByPlaywright, ...popupsOfAddressBar].join(',');
  const args = ['--no-sandbox', '--disable-gpu', `--disable-features=${off}`];
  return chromium.launch({ executablePath, args });
}
