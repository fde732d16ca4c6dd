/** The contract of batches, against a Gesso that speaks as OpenAI does. */
import { openServedApp } from "../../testing/served-app.ts";
import { batchesOf, providerServices } from "../../testing/test-call.ts";
import { testBatchesContract } from "../batches-contract.ts";
import { serverAt } from "./test-instance.ts";

testBatchesContract("openai", async (t) => {
	const vendor = await openServedApp(t);
	const { apiKey } = await vendor.team(100);
	const provider = serverAt(`${vendor.url}/v1`, { apiKey, batches: true }).open(
		providerServices(),
	);
	t.after(() => provider.close());
	return {
		batches: batchesOf(provider),
		call: { model: "painter", frame: { width: 256, height: 256 } },
		idOfNobody: () => "batch_nobody",
	};
});
