/** What a batch whose lines are rows remembers: of which catalogue they are. */
interface PartData {
	readonly catalogueId: string;
}

export function partData(catalogueId: string): Record<string, unknown> {
	const data: PartData = { catalogueId };
	return { ...data };
}

export function partIn(
	dialectData: Readonly<Record<string, unknown>>,
): PartData {
	return dialectData as unknown as PartData;
}
