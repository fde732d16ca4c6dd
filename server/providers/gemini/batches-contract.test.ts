/** The contract of batches, against another Gesso that speaks as the vendor does. */
import { openServedApp } from "../../testing/served-app.ts";
import { batchesOf, providerServices } from "../../testing/test-call.ts";
import { testBatchesContract } from "../batches-contract.ts";
import { geminiAt } from "./test-answers.ts";

testBatchesContract("gemini", async (t) => {
	const vendor = await openServedApp(t);
	const { apiKey } = await vendor.team(100);
	const provider = geminiAt(vendor.url, providerServices(), { apiKey });
	t.after(() => provider.close());
	return {
		batches: batchesOf(provider),
		call: {
			model: "painter",
			frame: { width: 1024, height: 1024, aspectRatio: "1:1" },
		},
		idOfNobody: () => "batches/nobody",
	};
});
