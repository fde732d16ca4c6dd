/** The numbers of `google.rpc.Code`, which stand in operations where HTTP has a status. */

const CODES: Readonly<Record<string, number>> = {
	CANCELLED: 1,
	INVALID_ARGUMENT: 3,
	DEADLINE_EXCEEDED: 4,
	NOT_FOUND: 5,
	PERMISSION_DENIED: 7,
	RESOURCE_EXHAUSTED: 8,
	FAILED_PRECONDITION: 9,
	UNIMPLEMENTED: 12,
	INTERNAL: 13,
	UNAVAILABLE: 14,
};
const UNKNOWN = 2;

export function rpcCodeOf(status: string): number {
	return CODES[status] ?? UNKNOWN;
}
