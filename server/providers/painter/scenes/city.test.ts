/** Holds the city to the contract of a scene. */
import { city } from "./city.ts";
import { describeScene } from "./scene-contract.ts";

describeScene("city", city);
