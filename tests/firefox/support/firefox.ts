import { firefox, type Browser } from 'playwright-core';

const firefoxPath = process.env['FIREFOX'] ?? '/usr/bin/firefox-esr';

/**
 * Firefox as its makers publish it, which Playwright speaks WebDriver BiDi with. Playwright from 1.65 on opens no page in it before
 * it knows `emulation.setMediaFeaturesOverride`, which 153 does not.
 */
export function launchFirefox(): Promise<Browser> {
  return firefox.launch({ channel: 'moz-firefox', executablePath: firefoxPath });
}
