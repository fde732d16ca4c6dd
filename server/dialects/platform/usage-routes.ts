/** GET /v0/usage: what the team has left and what it used (S1-51; the shape is our own reading). */
import { principalOf } from "../../http/authenticate.ts";
import type { HttpServer } from "../../http/http-server.ts";
import type { DialectContext } from "../dialect.ts";
import { errorResponse, usageResponse } from "./responses.ts";

export function registerUsage(
	server: HttpServer,
	{ engine }: DialectContext,
): void {
	server.get(
		"/usage",
		{
			schema: {
				tags: ["Usage"],
				security: [{ apiKey: [] }],
				summary: "Read the team's credits",
				response: { 200: usageResponse, default: errorResponse },
			},
		},
		async (request) => {
			const sums = await engine.creditSums(principalOf(request));
			return {
				data: {
					credits: {
						balance: sums.balance,
						used: sums.charged - sums.refunded,
						granted: sums.granted + sums.adjusted,
						charged: sums.charged,
						refunded: sums.refunded,
					},
				},
			};
		},
	);
}
