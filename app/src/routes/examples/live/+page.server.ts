import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => ({ schema: locals.table.schema });
