/** Portuguese words that the painter knows. */

import type { Vocabulary } from "./vocabulary.ts";

export const portuguese: Vocabulary = Object.freeze<Vocabulary>({
	language: "pt",
	writing: "spaced",
	everyday: `o, a, os, as, um, uma, uns, umas, de, do, da, dos, das, com, em, no, na, nos, nas, ao, à, e, por, para, sobre, sob, entre, que, é,
		são, muito, seu, sua, fundo, imagem, foto, estilo, pintura, bonito, bonita, lindo, linda, tranquilo, sereno, crie, desenhe`,
	notBefore: "sem, não, nenhum, nenhuma, nunca, evite",
	meaningless:
		"tapete mágico, tapete voador, picos nevados, montanhas nevadas, cumes nevados, ponto de vista",
	rugs: "tapete{,s}, carpete{,s}, kilim{,s}, passadeira{,s}, capacho{,s}, alcatifa{,s}",
	scene: {
		mountains: `montanha{,s}, montanhos{o,a}, monte{,s}, serra{,s}, pico{,s}, cume{,s}, alpes, alpin{o,a}, andes, himalaia, vale{,s}, colina{,s}, lago{,s},
			lagoa{,s}, geleira{,s}, penhasco{,s}, vulcão, vulcões, fiorde{,s}, picos nevados, montanhas nevadas, cumes nevados, cordilheira{,s}`,
		sea: `mar, mares, oceano{,s}, praia{,s}, costa{,s}, costeir{o,a}, onda{,s}, ilha{,s}, margem do mar, baía{,s}, porto{,s}, farol, faróis, veleiro{,s}, vela{,s},
			barco{,s}, navio{,s}, marinh{o,a}, caribe, mediterrâneo, atlântico, pacífico, cais, litoral, rio de janeiro praia`,
		forest: `floresta{,s}, bosque{,s}, mata{,s}, selva{,s}, árvore{,s}, pinheiro{,s}, pinhal, carvalho{,s}, bétula{,s}, bambu, samambaia{,s}, musgo, folhagem,
			parque{,s}, clareira{,s}, amazônia, amazónia, pomar`,
		desert:
			"deserto{,s}, duna{,s}, saara, cânion, desfiladeiro, oásis, cacto{,s}, estepe, savana, árid{o,a}",
		night: `céu noturno, céu nocturno, céu estrelado, noite estrelada, via láctea, galáxia{,s}, nebulosa{,s}, aurora boreal, cosmos, universo, espaço sideral, espaço,
			lua cheia, constelação, constelações, estrela cadente, cometa{,s}, planeta{,s}`,
		city: `cidade{,s}, urban{o,a}, rua{,s}, avenida{,s}, torre{,s}, arranha-céu{,s}, arranha céu{,s}, edifício{,s}, prédio{,s}, arquitetura, ponte{,s}, metrópole, vila{,s},
			aldeia{,s}, centro da cidade, são paulo, rio de janeiro, lisboa, porto cidade, nova york, nova iorque, tóquio, londres, paris, praça{,s}, telhado{,s}`,
		flowers: `flor, flores, florid{o,a}, florescendo, jardim, jardins, prado{,s}, campina{,s}, buquê{,s}, ramo de flores, pétala{,s}, campo de flores, campos de flores,
			cerejeira{,s}, orquídea{,s}, lírio{,s}, cravo{,s}, violeta{,s}, peônia{,s}, dália{,s}, hortênsia{,s}, magnólia{,s}`,
		abstract: `abstrat{o,a,os,as}, abstract{o,a}, padrão, padrões, geométric{o,a,os,as}, geometria, papel de parede, textura{,s}, logo{,s}, logotipo{,s}, ornamento{,s},
			mosaico{,s}, azulejo{,s}, mandala{,s}, fractal, fractais, gradiente{,s}, mármore, formas, círculos, linhas`,
		rug: `quarto{,s}, sala{,s}, sala de estar, sala de jantar, corredor, hall de entrada, interior{,es}, apartamento{,s}, piso de madeira, chão de madeira, assoalho, parquet,
			sofá{,s}, poltrona{,s}, móveis, lareira, decoração de interiores`,
	},
	sceneHints: {
		mountains:
			"paisagem, paisagens, rio{,s}, cachoeira{,s}, cascata{,s}, riacho, cabana{,s}, castelo{,s}, dragão, natureza, cavalo{,s}, céu, campo, fazenda, arco-íris, trilha",
		sea: "peixe{,s}, baleia{,s}, golfinho{,s}, gaivota{,s}, palmeira{,s}, coqueiro{,s}, tropical, férias, água, pirata{,s}, sereia{,s}, tartaruga{,s}",
		forest:
			"cervo{,s}, veado, urso{,s}, raposa{,s}, lobo{,s}, coruja{,s}, coelho{,s}, esquilo{,s}, cogumelo{,s}, fada{,s}, unicórnio{,s}, pássaro{,s}, folhas, bruxa, tigre{,s}, macaco{,s}",
		desert:
			"camelo{,s}, caravana, pirâmide{,s}, egito, leão, leões, elefante{,s}, girafa{,s}, áfrica, areia",
		night:
			"lua, estrela{,s}, astronauta{,s}, foguete{,s}, nave espacial, alienígena{,s}, sonho{,s}, vaga-lume{,s}, lanterna{,s}",
		city: "carro{,s}, táxi, trem, comboio, robô{,s}, café, restaurante, loja, mercado, escritório, pessoas, igreja, catedral, sapatos, tênis",
		flowers:
			"gato{,s}, cachorro{,s}, cão, borboleta{,s}, abelha{,s}, casamento, grama, relva, campos, vaso, planta{,s}, menina, mulher, criança{,s}, retrato, romântico",
		abstract:
			"gráfico, minimalista, modern{o,a}, cartaz, tecnologia, música, colorid{o,a,os,as}, arte, decoração, tecido, seda, tinta, aquarela, cristal, vidro",
		rug: "persa{,s}, oriental, orientais, turc{o,a}, marroquin{o,a}, medalhão, franjas, tecid{o,a}, lã, cadeira{,s}, abajur, luminária, cortina{,s}, janela{,s}, mesa{,s}, cama, cozinha, aconchegante, casa, livro{,s}, almofada{,s}, chão",
	},
	timeOfDay: {
		dawn: "amanhecer, nascer do sol, aurora, alvorada, madrugada, manhã, primeira luz",
		day: "dia, meio-dia, meio dia, tarde ensolarada, luz do dia, ensolarad{o,a,os,as}, plena luz",
		sunset:
			"pôr do sol, por do sol, pôr-do-sol, entardecer, ocaso, hora dourada, poente",
		dusk: "crepúsculo, anoitecer, hora azul, tarde, lusco-fusco, tardinha",
		night:
			"noite{,s}, noturn{o,a,os,as}, nocturn{o,a}, meia-noite, meia noite, luar, luz da lua, céu noturno, céu estrelado, noite estrelada, via láctea, aurora boreal, lua cheia, lua, estrela{,s}, neon",
	},
	weather: {
		clear: "céu limpo, céu claro, ensolarad{o,a,os,as}, céu azul",
		cloudy: "nuvem, nuvens, nublad{o,a}, céu cinzento, céu cinza, encoberto",
		fog: "névoa, neblina, nevoeiro, bruma, enevoad{o,a}, brumos{o,a}, fumaça, vapor",
		rain: "chuva{,s}, chuvos{o,a}, chovendo, chove, garoa, aguaceiro, poça{,s}, guarda-chuva{,s}, gotas de chuva",
		snow: "neve, nevando, neva, nevasca, flocos de neve, queda de neve",
		storm:
			"tempestade{,s}, tempestuos{o,a}, trovoada{,s}, relâmpago{,s}, trovão, raio{,s}, furacão, tornado, temporal, tempestade de areia",
	},
	season: {
		spring: "primavera, primaveril, cerejeira{,s} em flor, abril",
		summer: "verão, estival, de verão",
		autumn: "outono, outonal, outonais, outubro, novembro, colheita",
		winter:
			"inverno, invernal, neve, nevando, nevad{o,a,os,as}, nevasca, gelo, gelad{o,a}, geada, natal, dezembro",
	},
	colours: {
		red: "vermelh{o,a,os,as}, avermelhad{o,a}, rubi, escarlate",
		crimson: "carmesim, carmim",
		burgundy: "bordô, vinho, grená, vermelho escuro, borgonha",
		rust: "ferrugem, tijolo",
		terracotta: "terracota, barro, argila",
		coral: "coral",
		salmon: "salmão",
		peach: "pêssego, damasco",
		orange: "laranja{,s}, alaranjad{o,a,os,as}, âmbar, açafrão",
		copper: "cobre, bronze, canela, caramelo",
		pink: "rosa, cor-de-rosa, cor de rosa, rosad{o,a,os,as}",
		blush: "rosa claro, rosa pálido, rosa chá",
		magenta: "magenta, fúcsia",
		purple: "rox{o,a,os,as}, púrpura, violeta cor",
		plum: "ameixa, berinjela, beringela",
		lavender: "lavanda, lilás, lilases, malva, alfazema",
		navy: "azul marinho, azul-marinho, azul escuro, azul noite, índigo, anil",
		blue: "azul, azuis, azulad{o,a,os,as}, azul royal, cobalto, safira",
		denim: "azul jeans, azul aço, azul acinzentado",
		sky: "azul céu, azul claro, azul celeste, celeste",
		turquoise: "turquesa{,s}, água-marinha, ciano",
		teal: "azul petróleo, verde azulado, petróleo",
		green: "verde{,s}, esverdead{o,a}",
		forest: "verde escuro, verde floresta, verde garrafa",
		emerald: "esmeralda, verde esmeralda, jade",
		sage: "sálvia, verde sálvia, verde claro, pistache",
		olive: "oliva, verde oliva, cáqui, azeitona",
		mint: "menta, verde menta, hortelã",
		lime: "verde limão",
		yellow: "amarel{o,a,os,as}, amarelad{o,a}, limão",
		mustard: "mostarda, ocre{,s}",
		gold: "dourad{o,a,os,as}, ouro, mel, latão",
		cream: "creme, marfim, baunilha, off-white, pérola",
		beige: "bege, linho, cru",
		sand: "cor de areia, areia claro, marrom claro, castanho claro",
		camel: "caramelo claro, cor de camelo",
		taupe: "taupe, fendi, cinza amarronzado",
		brown: "marrom, marrons, castanh{o,a,os,as}, nogueira, mogno",
		chocolate: "chocolate, marrom escuro, castanho escuro",
		grey: "cinza{,s}, cinzent{o,a,os,as}, acinzentad{o,a}, ardósia",
		charcoal: "antracite, grafite, cinza escuro, chumbo, carvão",
		silver: "prata, pratead{o,a,os,as}, cinza claro",
		black: "pret{o,a,os,as}, negr{o,a,os,as}, ébano",
		white: "branc{o,a,os,as}",
	},
	flowers: {
		rose: "rosas, roseira{,s}, buquê de rosas, jardim de rosas, rosas vermelhas, peônia{,s}, cravo{,s}",
		tulip: "tulipa{,s}, campo de tulipas",
		sunflower: "girassol, girassóis, campo de girassóis",
		daisy: "margarida{,s}, camomila, flores silvestres",
		poppy: "papoula{,s}, papoila{,s}, campo de papoulas",
		lavender: "lavanda, alfazema, campo de lavanda, campos de lavanda",
	},
	patterns: {
		marble: "mármore, redemoinho{,s}, fluido, tinta, seda",
		contours: "linhas, curvas de nível",
		interlace:
			"geométric{o,a,os,as}, azulejo{,s}, mosaico{,s}, padrão?, padrões?, mandala{,s}, ornamento{,s}?, arabesco{,s}, papel de parede?",
		shapes: "formas, círculos, bauhaus, minimalista, logo{,s}, logotipo{,s}",
	},
	rugShapes: {
		runner: "passadeira{,s}, corredor",
		round: "redond{o,a,os,as}, circular, oval",
		square: "quadrad{o,a,os,as}",
		rectangle: "retangular",
	},
	rugDesigns: {
		medallion:
			"medalhão, medalhões, persa{,s}?, oriental?, orientais?, clássic{o,a}?, tradicional?",
		allover: "paisley, boteh, cashmere",
		tribal:
			"kilim{,s}, tribal, geométric{o,a,os,as}, berbere, marroquin{o,a}, losango{,s}, étnic{o,a}",
		striped:
			"listra{,s}, listrad{o,a}, riscas, modern{o,a}?, escandinav{o,a}?, contemporâne{o,a}?",
		lattice: "floral, florais, florid{o,a}, treliça",
	},
	rugPalettes: {
		classic: "antig{o,a,os,as}, clássic{o,a}, tradicional",
		pastel: "pastel, tons pastel, tons suaves, desbotad{o,a}",
		modern:
			"modern{o,a}, contemporâne{o,a}, escandinav{o,a}, neutr{o,a,os,as}, minimalista, berbere",
	},
});
