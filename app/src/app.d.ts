import type { TableColumns } from '@eventglass/table/columns/table_columns.js';
import type { GivenSettings } from '$lib/view_settings/page_settings.js';

declare global {
  namespace App {
    interface Locals {
      /** Of the backend's events. */
      table: TableColumns;
      settings: GivenSettings;
    }
  }
}

export {};
