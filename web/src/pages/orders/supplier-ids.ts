import { Failure } from '../../api/client';
import { listMappings } from '../../api/suppliers';
import type { Choice } from '../../parts/field';

/** The suppliers by what shops call them, each with the supplier of ours that comes first; none when that cannot be read. */
export async function supplierIds(): Promise<Choice[]> {
    try {
        const mappings = (await listMappings()).sort((a, b) => b.priority - a.priority);
        const first = new Map(mappings.map(({ supplier_id, provider_name }) => [supplier_id, provider_name]));
        return [...first].map(([value, label]) => ({ value, label })).sort((a, b) => (a.value < b.value ? -1 : 1));
    } catch (error) {
        if (error instanceof Failure) return [];
        throw error;
    }
}
