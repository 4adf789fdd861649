import type { GivenSettings } from '$lib/view_settings/page_settings.js';

declare global {
  namespace App {
    interface Locals {
      settings: GivenSettings;
    }
  }
}

export {};
