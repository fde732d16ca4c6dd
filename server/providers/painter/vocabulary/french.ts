/** French words that the painter knows. */

import type { Vocabulary } from "./vocabulary.ts";

export const french: Vocabulary = Object.freeze<Vocabulary>({
	language: "fr",
	writing: "spaced",
	everyday: `le, la, les, un, une, des, du, de, d, l, et, avec, dans, en, au, aux, sur, sous, par, pour, entre, vers, qui, que, est, sont,
		très, ce, cette, son, sa, ses, arrière, plan, image, photo, style, peinture, tableau, beau, belle, magnifique, paisible, dessine,
		crée, génère, à`,
	notBefore: "sans, pas de, aucun, aucune, ni, jamais, évite, éviter",
	meaningless:
		"tapis volant, tapis magique, sommets enneigés, montagnes enneigées, pics enneigés, cimes enneigées, sommet enneigé, montagne enneigée, point de vue, tour de france",
	rugs: "tapis, moquette{,s}, kilim{,s}, kelim, carpette{,s}, descente de lit, paillasson, tapis de couloir",
	scene: {
		mountains: `montagne{,s}, montagneu{x,se}, mont, monts, sommet{,s}, cime{,s}, pic, pics, alpes, alpin{,e}, pyrénées, himalaya, vallée{,s}, colline{,s},
			lac, lacs, glacier{,s}, falaise{,s}, volcan{,s}, fjord{,s}, massif, crête{,s}, alpage, sommets enneigés, montagnes enneigées,
			pics enneigés, cimes enneigées, sommet enneigé, montagne enneigée, mont blanc`,
		sea: `mer, mers, océan{,s}, plage{,s}, côte, côtes, côtier, côtière, littoral, vague{,s}, île{,s}, rivage{,s}, baie{,s}, port, ports, phare{,s}, voilier{,s},
			voile{,s}, bateau{,x}, navire{,s}, marin, marine, bord de mer, bretagne, méditerranée, atlantique, pacifique, caraïbes, lagon, jetée`,
		forest: `forêt{,s}, bois, arbre{,s}, jungle{,s}, bosquet{,s}, sapin{,s}, pin, pins, chêne{,s}, bouleau{,x}, hêtre{,s}, sous-bois, sous bois, clairière{,s},
			fougère{,s}, mousse, feuillage{,s}, bambou{,s}, parc, verger, forêt tropicale`,
		desert:
			"désert{,s}, désertique, dune{,s}, sahara, canyon{,s}, oasis, cactus, steppe, savane, aride, mars planète",
		night: `ciel nocturne, ciel étoilé, nuit étoilée, voie lactée, galaxie{,s}, nébuleuse{,s}, aurore boréale, aurores boréales, cosmos, univers, espace,
			espace lointain, pleine lune, constellation{,s}, étoile filante, étoiles filantes, comète{,s}, planète{,s}`,
		city: `ville{,s}, cité, urbain{,e}, rue{,s}, avenue{,s}, ruelle{,s}, gratte-ciel, gratte ciel, tour eiffel, tours, immeuble{,s}, bâtiment{,s}, architecture,
			pont, ponts, métropole, village{,s}, centre-ville, centre ville, paris, new york, tokyo, londres, lyon, marseille, bordeaux ville, montréal,
			bruxelles, genève, place, toit{,s}, horizon urbain`,
		flowers: `fleur{,s}, fleuri{,e,s,es}, floraison, jardin{,s}, prairie{,s}, pré, prés, bouquet{,s}, pétale{,s}, champ de fleurs, champs de fleurs,
			cerisier{,s} en fleurs, orchidée{,s}, lys, œillet{,s}, violette{,s}, pivoine{,s}, dahlia{,s}, hortensia{,s}, magnolia{,s}, nénuphar{,s}, massif de fleurs`,
		abstract: `abstrait{,e,s,es}, abstraction, motif{,s}, géométrique{,s}, géométrie, papier peint, texture{,s}, logo{,s}, ornement{,s}, mosaïque{,s}, carreau{,x},
			carrelage, mandala{,s}, fractale{,s}, dégradé{,s}, marbre, marbré{,e}, formes, cercles, lignes`,
		rug: `pièce, chambre{,s}, salon{,s}, séjour, salle à manger, salle de séjour, couloir{,s}, entrée, intérieur{,s}, appartement{,s}, parquet, plancher,
			canapé{,s}, fauteuil{,s}, meuble{,s}, cheminée, décoration intérieure`,
	},
	sceneHints: {
		mountains:
			"paysage{,s}, rivière{,s}, cascade{,s}, ruisseau, cabane, chalet{,s}, château{,x}, dragon, nature, cheval, chevaux, ciel, ferme, campagne, randonnée, arc-en-ciel",
		sea: "poisson{,s}, baleine{,s}, dauphin{,s}, mouette{,s}, palmier{,s}, tropical{,e}, vacances, eau, pirate{,s}, sirène{,s}, tortue{,s}, cygne",
		forest:
			"cerf{,s}, ours, renard{,s}, loup{,s}, hibou, chouette, lapin{,s}, écureuil, champignon{,s}, fée{,s}, licorne{,s}, oiseau{,x}, feuille{,s}, sorcière, tigre{,s}, singe{,s}, sentier",
		desert:
			"chameau{,x}, dromadaire{,s}, caravane, pyramide{,s}, égypte, lion{,s}, éléphant{,s}, girafe{,s}, afrique, sable",
		night:
			"lune, étoile{,s}, astronaute{,s}, fusée{,s}, vaisseau spatial, extraterrestre{,s}, rêve{,s}, luciole{,s}, lanterne{,s}",
		city: "voiture{,s}, taxi, train{,s}, robot{,s}, café, restaurant, boutique, marché, bureau, gens, église, cathédrale, chaussures, baskets",
		flowers:
			"chat{,s}, chien{,s}, papillon{,s}, abeille{,s}, mariage, herbe, champ, champs, vase, plante{,s}, fille, femme, enfant{,s}, portrait, romantique",
		abstract:
			"graphique, minimaliste, moderne, affiche, technologie, musique, coloré{,e,s,es}, art, décoration, tissu, soie, encre, aquarelle, cristal, verre",
		rug: "persan{,e,s,es}, oriental{,e}, turc, turque, marocain{,e}, médaillon, franges, tissé{,e}, laine, chaise{,s}, lampe{,s}, rideau{,x}, fenêtre{,s}, table{,s}, lit, cuisine, cosy, maison, livre{,s}, coussin{,s}, sol",
	},
	timeOfDay: {
		dawn: "aube, aurore, lever du soleil, lever de soleil, levers de soleil, matin, matinée, petit matin, point du jour, soleil levant, lever du jour",
		day: "jour, journée, midi, après-midi, après midi, plein jour, ensoleillé{,e,s,es}, lumière du jour",
		sunset:
			"coucher du soleil, coucher de soleil, couchers de soleil, soleil couchant, heure dorée, couchant",
		dusk: "crépuscule, soir, soirée, tombée de la nuit, heure bleue, brune",
		night:
			"nuit{,s}, nocturne{,s}, minuit, clair de lune, ciel nocturne, ciel étoilé, nuit étoilée, voie lactée, aurore boréale, aurores boréales, pleine lune, lune, étoile{,s}, néon{,s}",
	},
	weather: {
		clear:
			"ciel dégagé, ciel clair, ensoleillé{,e,s,es}, ciel bleu, beau temps, sans nuage{,s}",
		cloudy: "nuage{,s}, nuageu{x,se}, ciel gris, couvert, ciel couvert",
		fog: "brouillard, brume{,s}, brumeu{x,se}, fumée, vapeur, voilé",
		rain: "pluie{,s}, pluvieu{x,se}, pleut, bruine, averse{,s}, flaque{,s}, parapluie{,s}, gouttes de pluie",
		snow: "neige, neiges, il neige, flocon{,s}, chute de neige, chutes de neige, blizzard, tempête de neige",
		storm:
			"orage{,s}, orageu{x,se}, tempête{,s}, tonnerre, éclair{,s}, foudre, ouragan, tornade, tempête de sable",
	},
	season: {
		spring: "printemps, printanier, printanière, cerisier{,s} en fleurs, avril",
		summer: "été, estival, estivale, en été",
		autumn:
			"automne, automnal, automnale, automnales, octobre, novembre, vendanges",
		winter:
			"hiver, hivernal, hivernale, neige, enneigé{,e,s,es}, flocon{,s}, glace, gelé{,e}, givre, noël, décembre, janvier",
	},
	colours: {
		red: "rouge{,s}, rougeâtre, rubis, écarlate, vermillon",
		crimson: "cramoisi{,e}, carmin",
		burgundy: "bordeaux, lie de vin, grenat, rouge foncé, bourgogne",
		rust: "rouille, brique",
		terracotta: "terre cuite, terracotta, argile",
		coral: "corail",
		salmon: "saumon",
		peach: "pêche, abricot",
		orange: "orange{,s}, orangé{,e,s,es}, ambre, safran, mandarine",
		copper: "cuivre, cuivré{,e}, bronze, cannelle, caramel",
		pink: "rose vif, rosé{,e,s,es}, rose, couleur rose",
		blush: "rose pâle, rose clair, rose poudré, or rose",
		magenta: "magenta, fuchsia",
		purple: "violet{,te,s,tes}, pourpre{,s}, améthyste",
		plum: "prune, aubergine",
		lavender: "lavande, lilas, mauve{,s}",
		navy: "bleu marine, bleu nuit, bleu foncé, indigo, marine foncé",
		blue: "bleu{,e,s,es}, bleuâtre, bleu roi, cobalt, saphir, azur, outremer",
		denim: "bleu acier, bleu jean, bleu gris",
		sky: "bleu ciel, bleu clair, bleu pâle",
		turquoise: "turquoise{,s}, aigue-marine, cyan",
		teal: "bleu canard, bleu pétrole, sarcelle",
		green: "vert{,e,s,es}, verdâtre, verdoyant{,e}",
		forest: "vert foncé, vert forêt, vert sapin, vert bouteille",
		emerald: "émeraude, vert émeraude, jade",
		sage: "sauge, vert sauge, vert clair, vert pâle, pistache, vert d eau",
		olive: "olive, vert olive, kaki",
		mint: "menthe, vert menthe",
		lime: "vert citron, citron vert",
		yellow: "jaune{,s}, jaunâtre, citron",
		mustard: "moutarde, ocre{,s}, curry",
		gold: "doré{,e,s,es}, d or, miel, laiton",
		cream: "crème, ivoire, blanc cassé, vanille, écru{,e}, champagne",
		beige: "beige{,s}, lin, naturel",
		sand: "couleur sable, brun clair, marron clair",
		camel: "camel, fauve",
		taupe: "taupe, grège, pierre",
		brown: "brun{,e,s,es}, marron{,s}, noyer, châtain, acajou",
		chocolate: "chocolat, brun foncé, marron foncé",
		grey: "gris{,e,es}, grisâtre, ardoise, cendré",
		charcoal: "anthracite, gris foncé, charbon, graphite",
		silver: "argent, argenté{,e,s,es}, gris clair",
		black: "noir{,e,s,es}, ébène",
		white: "blanc, blanche{,s}, blancs, blanchâtre",
	},
	flowers: {
		rose: "roses, rosier{,s}, bouquet de roses, jardin de roses, une rose, pivoine{,s}, œillet{,s}",
		tulip: "tulipe{,s}, champ de tulipes, crocus",
		sunflower: "tournesol{,s}, champ de tournesols",
		daisy:
			"marguerite{,s}, pâquerette{,s}, camomille, fleurs sauvages, fleurs des champs",
		poppy: "coquelicot{,s}, pavot{,s}, champ de coquelicots",
		lavender: "lavande{,s}, champ de lavande, champs de lavande",
	},
	patterns: {
		marble: "marbre, marbré{,e}, tourbillon{,s}, fluide, encre, soie",
		contours: "lignes, courbes de niveau, ondulations",
		interlace:
			"géométrique{,s}, carreau{,x}, carrelage, mosaïque{,s}, motif{,s}?, mandala{,s}, ornement{,s}?, arabesque{,s}, papier peint?",
		shapes: "formes, cercles, bauhaus, minimaliste, logo{,s}",
	},
	rugShapes: {
		runner: "couloir{,s}, tapis de couloir, chemin de couloir",
		round: "rond{,e,s,es}, circulaire, ovale",
		square: "carré{,e,s,es}",
		rectangle: "rectangulaire",
	},
	rugDesigns: {
		medallion:
			"médaillon{,s}, persan{,e,s,es}?, oriental{,e}?, classique?, traditionnel{,le}?",
		allover: "cachemire, boteh, paisley",
		tribal:
			"kilim{,s}, kelim, tribal{,e}, géométrique{,s}, berbère{,s}, marocain{,e}, losange{,s}, ethnique",
		striped:
			"rayé{,e,s,es}, rayures, à rayures, moderne{,s}?, scandinave?, contemporain{,e}?",
		lattice: "floral{,e}, fleuri{,e,s,es}, treillis",
	},
	rugPalettes: {
		classic: "ancien{,ne}, antique, traditionnel{,le}, classique",
		pastel: "pastel{,s}, tons doux, délavé{,e}",
		modern:
			"moderne, contemporain{,e}, scandinave, neutre{,s}, minimaliste, berbère, marocain{,e}",
	},
});
