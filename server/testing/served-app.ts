/** The whole application behind a socket of this machine, for clients that nobody here wrote. */
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { openTestApp, type TestApp, type TestAppOptions } from "./test-app.ts";

export interface ServedApp extends TestApp {
	/** `http://127.0.0.1:port`. */
	readonly url: string;
	/** Method and path of every request that arrived, in order. */
	readonly received: readonly string[];
}

/** Opens an app that listens on a free port. The painter paints on one thread: pictures are small, and tests run side by side. */
export async function openServedApp(
	test: Pick<TestContext, "after">,
	options: TestAppOptions = {},
): Promise<ServedApp> {
	const house = await openTestApp(test, {
		...options,
		environment: { PAINTER_THREADS: "1", ...options.environment },
	});
	const { server } = house.app;
	const received: string[] = [];
	server.server.on("request", ({ method, url }) => {
		received.push(`${method} ${url}`);
	});
	await server.listen({ host: "127.0.0.1", port: 0 });
	const { port } = server.server.address() as AddressInfo;
	return { ...house, url: `http://127.0.0.1:${port}`, received };
}
