/** Emoji by Slack's shortcodes: as drawn, as searched, and as picked. */

import { h } from "./dom.js";
import { world } from "./store.js";

const TABLE = `
People|grinning 😀 smiley 😃 smile 😄 grin 😁 laughing 😆 sweat_smile 😅 joy 😂 rolling_on_the_floor_laughing 🤣 slightly_smiling_face 🙂 upside_down_face 🙃 wink 😉 blush 😊 innocent 😇 heart_eyes 😍 relieved 😌 sunglasses 😎 nerd_face 🤓 star-struck 🤩 partying_face 🥳 smirk 😏 thinking_face 🤔 face_with_raised_eyebrow 🤨 neutral_face 😐 expressionless 😑 no_mouth 😶 face_with_rolling_eyes 🙄 grimacing 😬 pensive 😔 sleepy 😪 sleeping 😴 mask 😷 exploding_head 🤯 confused 😕 worried 😟 slightly_frowning_face 🙁 open_mouth 😮 hushed 😯 astonished 😲 flushed 😳 pleading_face 🥺 fearful 😨 cold_sweat 😰 cry 😢 sob 😭 scream 😱 disappointed 😞 sweat 😓 weary 😩 tired_face 😫 triumph 😤 rage 😡 angry 😠 skull 💀 ghost 👻 robot_face 🤖 saluting_face 🫡 melting_face 🫠
Hands|wave 👋 raised_hand ✋ vulcan_salute 🖖 ok_hand 👌 pinched_fingers 🤌 v ✌️ crossed_fingers 🤞 point_left 👈 point_right 👉 point_up_2 👆 point_down 👇 point_up ☝️ +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 fist ✊ facepunch 👊 clap 👏 raised_hands 🙌 open_hands 👐 handshake 🤝 pray 🙏 writing_hand ✍️ muscle 💪 eyes 👀 eye 👁️ brain 🧠 ear 👂 bust_in_silhouette 👤 busts_in_silhouette 👥 speaking_head_in_silhouette 🗣️ male-technologist 👨‍💻 female-technologist 👩‍💻 technologist 🧑‍💻 firefighter 🧑‍🚒 construction_worker 👷 detective 🕵️ shrug 🤷 face_palm 🤦 raising_hand 🙋
Signs|white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ heavy_multiplication_x ✖️ warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 exclamation ❗ heavy_exclamation_mark ❗ bangbang ‼️ question ❓ grey_question ❔ grey_exclamation ❕ interrobang ⁉️ sos 🆘 new 🆕 ok 🆗 up 🆙 red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣 black_circle ⚫ white_circle ⚪ red_square 🟥 large_red_square 🟥 large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩 large_blue_square 🟦 black_large_square ⬛ white_large_square ⬜ small_red_triangle 🔺 small_red_triangle_down 🔻 arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ arrow_upper_right ↗️ arrow_lower_right ↘️ arrows_counterclockwise 🔄 arrow_double_up ⏫ repeat 🔁 leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️ heavy_plus_sign ➕ heavy_minus_sign ➖ infinity ♾️ recycle ♻️ information_source ℹ️ rotating_light 🚨 zzz 💤 100 💯 one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ zero 0️⃣ keycap_ten 🔟 hash #️⃣ asterisk *️⃣
Work|medal 🎖️ sports_medal 🏅 first_place_medal 🥇 trophy 🏆 crown 👑 pushpin 📌 round_pushpin 📍 paperclip 📎 link 🔗 bell 🔔 no_bell 🔕 loudspeaker 📢 mega 📣 pager 📟 phone ☎️ telephone_receiver 📞 iphone 📱 calling 📲 vibration_mode 📳 computer 💻 desktop_computer 🖥️ keyboard ⌨️ floppy_disk 💾 cd 💿 battery 🔋 electric_plug 🔌 satellite 🛰️ satellite_antenna 📡 email 📧 envelope ✉️ incoming_envelope 📨 inbox_tray 📥 outbox_tray 📤 package 📦 mailbox 📫 memo 📝 pencil 📝 pencil2 ✏️ clipboard 📋 page_facing_up 📄 page_with_curl 📃 newspaper 📰 notebook 📓 ledger 📒 books 📚 book 📖 open_book 📖 bookmark 🔖 label 🏷️ file_folder 📁 open_file_folder 📂 card_index_dividers 🗂️ date 📅 calendar 📆 spiral_calendar_pad 🗓️ chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 moneybag 💰 credit_card 💳 key 🔑 lock 🔒 unlock 🔓 mag 🔍 mag_right 🔎 hammer 🔨 hammer_and_wrench 🛠️ wrench 🔧 gear ⚙️ nut_and_bolt 🔩 toolbox 🧰 magnet 🧲 test_tube 🧪 microscope 🔬 telescope 🔭 shield 🛡️ bomb 💣 fire 🔥 fire_extinguisher 🧯 fire_engine 🚒 ambulance 🚑 police_car 🚓 rotating_light 🚨 construction 🚧 traffic_light 🚦 vertical_traffic_light 🚦 wastebasket 🗑️ bulb 💡 flashlight 🔦 candle 🕯️ hourglass ⌛ hourglass_flowing_sand ⏳ watch ⌚ alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️ clock1 🕐 clock3 🕒 clock9 🕘 triangular_flag_on_post 🚩 checkered_flag 🏁 white_flag 🏳️ black_flag 🏴 dart 🎯 jigsaw 🧩 ticket 🎫 speech_balloon 💬 thought_balloon 💭 left_speech_bubble 🗨️ compass 🧭 world_map 🗺️ globe_with_meridians 🌐 lifebuoy 🛟 ring_buoy 🛟 broom 🧹 door 🚪 scroll 📜 receipt 🧾 scales ⚖️ chains ⛓️ hospital 🏥 office 🏢 factory 🏭 bank 🏦
Nature|heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 broken_heart 💔 heavy_heart_exclamation_mark_ornament ❣️ sparkles ✨ star ⭐ star2 🌟 dizzy 💫 boom 💥 collision 💥 zap ⚡ sunny ☀️ partly_sunny ⛅ cloud ☁️ rain_cloud 🌧️ thunder_cloud_and_rain ⛈️ tornado 🌪️ snowflake ❄️ ocean 🌊 droplet 💧 rainbow 🌈 first_quarter_moon 🌓 full_moon 🌕 crescent_moon 🌙 earth_africa 🌍 dog 🐶 cat 🐱 bug 🐛 ant 🐜 bee 🐝 snail 🐌 turtle 🐢 snake 🐍 whale 🐳 octopus 🐙 crab 🦀 penguin 🐧 bird 🐦 owl 🦉 unicorn_face 🦄 monkey_face 🐵 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊 elephant 🐘 evergreen_tree 🌲 seedling 🌱 four_leaf_clover 🍀 mushroom 🍄 cactus 🌵 rose 🌹
Fun|tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 birthday 🎂 cake 🍰 pizza 🍕 hamburger 🍔 taco 🌮 doughnut 🍩 cookie 🍪 popcorn 🍿 apple 🍎 banana 🍌 lemon 🍋 avocado 🥑 coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine_glass 🍷 cocktail 🍸 soccer ⚽ basketball 🏀 football 🏈 tennis 🎾 game_die 🎲 video_game 🎮 guitar 🎸 musical_note 🎵 art 🎨 camera 📷 movie_camera 🎥 rocket 🚀 airplane ✈️ train 🚆 car 🚗 bike 🚲 ship 🚢 anchor ⚓ house 🏠 tent ⛺ city_sunrise 🌇 crystal_ball 🔮 magic_wand 🪄 nazar_amulet 🧿 party_popper 🎉
`;

const names = new Map();
export const GROUPS = TABLE.trim()
  .split("\n")
  .map((line) => {
    const [group, words] = line.split("|");
    const flat = words.split(" ");
    const members = [];
    for (let i = 0; i < flat.length; i += 2) {
      if (!names.has(flat[i])) members.push(flat[i]);
      names.set(flat[i], flat[i + 1]);
    }
    return { group, members };
  });

const TONES = ["", "", "🏻", "🏼", "🏽", "🏾", "🏿"];

/** The character for a shortcode such as "medal" or "wave::skin-tone-3"; null when it is unknown or custom. */
function glyph(name) {
  const [base, tone] = name.split("::skin-tone-");
  const found = names.get(base);
  return found ? found + (tone ? (TONES[Number(tone)] ?? "") : "") : null;
}

function customUrl(name, hops = 3) {
  const url = world.emoji[name];
  if (!url) return null;
  if (url.startsWith("alias:")) return hops ? (customUrl(url.slice(6), hops - 1) ?? glyph(url.slice(6))) : null;
  return url;
}

const isGlyph = (text) => !/[./:]/.test(text);

/** One emoji as a node; an unknown shortcode stays as text, as Slack shows it. */
export function emojiNode(name) {
  const custom = customUrl(name);
  if (custom && !isGlyph(custom)) {
    const picture = h("img", { class: "emoji custom", src: custom, alt: `:${name}:`, title: `:${name}:` });
    picture.addEventListener("error", () => picture.replaceWith(`:${name}:`));
    return picture;
  }
  const char = custom ?? glyph(name);
  if (!char) return document.createTextNode(`:${name}:`);
  return h("span", { class: "emoji", title: `:${name}:`, role: "img", "aria-label": name.replaceAll("_", " ") }, char);
}

/** Up to `limit` shortcodes that hold `text`, those that begin with it first. */
export function search(text, limit = 60) {
  const wanted = text.toLowerCase().replaceAll(":", "");
  const all = [...Object.keys(world.emoji), ...names.keys()];
  const hits = all.filter((name) => name.includes(wanted));
  const first = hits.filter((name) => name.startsWith(wanted));
  return [...new Set([...first, ...hits])].slice(0, limit);
}
