/** What a program that a test starts finds in its environment: nothing of the developer's but the way to programs and to what Node has compiled already. */
export function childEnvironment(
	environment: Readonly<Record<string, string>>,
): Record<string, string> {
	const { PATH, NODE_COMPILE_CACHE } = process.env;
	return {
		...(PATH !== undefined && { PATH }),
		...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }),
		...environment,
	};
}
