/** The vendors that are drawn with through the AI SDK, one line each. */
import type { ProviderKind } from "../provider-kind.ts";
import { aiSdkKind } from "./ai-sdk-kind.ts";
import { azure } from "./vendors/azure.ts";
import { bedrock } from "./vendors/bedrock.ts";
import { blackForestLabs } from "./vendors/black-forest-labs.ts";
import { deepinfra } from "./vendors/deepinfra.ts";
import { fal } from "./vendors/fal.ts";
import { fireworks } from "./vendors/fireworks.ts";
import { luma } from "./vendors/luma.ts";
import { replicate } from "./vendors/replicate.ts";
import { together } from "./vendors/together.ts";
import { vertex } from "./vendors/vertex.ts";
import { xai } from "./vendors/xai.ts";

export const aiSdkKinds: readonly ProviderKind[] = [
	aiSdkKind(fal),
	aiSdkKind(replicate),
	aiSdkKind(blackForestLabs),
	aiSdkKind(together),
	aiSdkKind(fireworks),
	aiSdkKind(xai),
	aiSdkKind(luma),
	aiSdkKind(deepinfra),
	aiSdkKind(bedrock),
	aiSdkKind(vertex),
	aiSdkKind(azure),
];
