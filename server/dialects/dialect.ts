/** What a dialect is: a set of paths, its own settings, and routes that translate between its callers and the engine. */
import type { Engine } from "../engine/engine.ts";
import type { HttpServer } from "../http/http-server.ts";
import type { PublicUrl } from "../http/public-url.ts";
import { readSettings, type Settings, type Values } from "../settings.ts";

/** What every dialect is given. */
export interface DialectContext {
	readonly engine: Engine;
	readonly publicUrl: PublicUrl;
	readonly clock: () => number;
}

/** Adds a dialect's routes to a part of the server that is its alone: its hooks and error handler bind nobody else. */
export type RegisterDialect = (
	server: HttpServer,
	context: DialectContext,
) => Promise<void>;

export interface Dialect {
	readonly name: string;
	readonly settings: Settings;
	/** Reads the dialect's settings. @param faults collects what is wrong with them. */
	configure(
		environment: Readonly<Record<string, string | undefined>>,
		faults: string[],
	): RegisterDialect;
}

export function defineDialect<S extends Settings>(dialect: {
	name: string;
	settings: S;
	register(
		server: HttpServer,
		context: DialectContext,
		settings: Values<S>,
	): Promise<void>;
}): Dialect {
	return {
		name: dialect.name,
		settings: dialect.settings,
		configure: (environment, faults) => {
			const values = readSettings(dialect.settings, environment, faults);
			return (server, context) => dialect.register(server, context, values);
		},
	};
}
