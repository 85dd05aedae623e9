"""Slack's names of common emoji, with their characters; a name that is not here and not custom is `invalid_name`."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.world import World

_LISTS = """
grinning 😀 smiley 😃 smile 😄 grin 😁 laughing 😆 satisfied 😆 sweat_smile 😅
rolling_on_the_floor_laughing 🤣 joy 😂 slightly_smiling_face 🙂 upside_down_face 🙃 wink 😉 blush 😊
innocent 😇 heart_eyes 😍 star-struck 🤩 kissing_heart 😘 yum 😋 stuck_out_tongue 😛 zany_face 🤪
hugging_face 🤗 thinking_face 🤔 shushing_face 🤫 zipper_mouth_face 🤐 face_with_raised_eyebrow 🤨
neutral_face 😐 expressionless 😑 no_mouth 😶 smirk 😏 unamused 😒 face_with_rolling_eyes 🙄 grimacing 😬
lying_face 🤥 relieved 😌 pensive 😔 sleepy 😪 sleeping 😴 mask 😷 face_with_thermometer 🤒
nauseated_face 🤢 sneezing_face 🤧 hot_face 🥵 cold_face 🥶 woozy_face 🥴 dizzy_face 😵 exploding_head 🤯
partying_face 🥳 sunglasses 😎 nerd_face 🤓 face_with_monocle 🧐 confused 😕 worried 😟
slightly_frowning_face 🙁 white_frowning_face ☹️ open_mouth 😮 hushed 😯 astonished 😲 flushed 😳
pleading_face 🥺 fearful 😨 cold_sweat 😰 cry 😢 sob 😭 scream 😱 disappointed 😞 sweat 😓 weary 😩
tired_face 😫 yawning_face 🥱 triumph 😤 rage 😡 angry 😠 smiling_imp 😈 skull 💀 hankey 💩 poop 💩
clown_face 🤡 ghost 👻 alien 👽 robot_face 🤖 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊
saluting_face 🫡 melting_face 🫠 heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙
purple_heart 💜 black_heart 🖤 white_heart 🤍 broken_heart 💔 sparkling_heart 💖 100 💯 anger 💢 boom 💥
collision 💥 dizzy 💫 sweat_drops 💦 dash 💨 bomb 💣 speech_balloon 💬 thought_balloon 💭 zzz 💤 wave 👋
raised_hand ✋ hand ✋ ok_hand 👌 v ✌️ crossed_fingers 🤞 point_left 👈 point_right 👉 point_up_2 👆
point_down 👇 point_up ☝️ +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 fist ✊ facepunch 👊 clap 👏 raised_hands 🙌
open_hands 👐 handshake 🤝 pray 🙏 writing_hand ✍️ muscle 💪 eyes 👀 eye 👁️ brain 🧠 face_palm 🤦 shrug 🤷
man-shrugging 🤷‍♂️ woman-shrugging 🤷‍♀️ raising_hand 🙋 no_good 🙅 ok_woman 🙆 bow 🙇
male-firefighter 👨‍🚒 female-firefighter 👩‍🚒 firefighter 🧑‍🚒 technologist 🧑‍💻 male-technologist 👨‍💻
female-technologist 👩‍💻 detective 🕵️ sleuth_or_spy 🕵️ guardsman 💂 superhero 🦸 running 🏃 runner 🏃
busts_in_silhouette 👥 bust_in_silhouette 👤 speaking_head_in_silhouette 🗣️ footprints 👣 dog 🐶 cat 🐱
mouse 🐭 fox_face 🦊 bear 🐻 panda_face 🐼 unicorn_face 🦄 bee 🐝 bug 🐛 snail 🐌 turtle 🐢 snake 🐍 octopus 🐙
whale 🐳 dolphin 🐬 penguin 🐧 chicken 🐔 owl 🦉 hatching_chick 🐣 cactus 🌵 evergreen_tree 🌲 seedling 🌱
herb 🌿 four_leaf_clover 🍀 sunflower 🌻 rose 🌹 fallen_leaf 🍂 apple 🍎 banana 🍌 lemon 🍋 strawberry 🍓
tomato 🍅 pizza 🍕 hamburger 🍔 popcorn 🍿 doughnut 🍩 cookie 🍪 birthday 🎂 cake 🍰 coffee ☕ tea 🍵 beer 🍺
beers 🍻 clinking_glasses 🥂 champagne 🍾 tropical_drink 🍹 earth_africa 🌍 earth_americas 🌎 earth_asia 🌏
globe_with_meridians 🌐 world_map 🗺️ mountain ⛰️ volcano 🌋 house 🏠 office 🏢 hospital 🏥 bank 🏦
factory 🏭 construction 🚧 building_construction 🏗️ car 🚗 ambulance 🚑 fire_engine 🚒 police_car 🚓
rotating_light 🚨 traffic_light 🚦 vertical_traffic_light 🚦 octagonal_sign 🛑 stop_sign 🛑 anchor ⚓
boat ⛵ airplane ✈️ helicopter 🚁 rocket 🚀 flying_saucer 🛸 parachute 🪂 bellhop_bell 🛎️ hourglass ⌛
hourglass_flowing_sand ⏳ watch ⌚ alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️ clock1 🕐 clock3 🕒
clock9 🕘 sunny ☀️ partly_sunny ⛅ cloud ☁️ rain_cloud 🌧️ thunder_cloud_and_rain ⛈️ snowflake ❄️
snowman ⛄ zap ⚡ fire 🔥 droplet 💧 ocean 🌊 rainbow 🌈 star ⭐ star2 🌟 sparkles ✨ full_moon 🌕
crescent_moon 🌙 tornado 🌪️ umbrella ☔ tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 ribbon 🎀 medal 🎖️
trophy 🏆 sports_medal 🏅 first_place_medal 🥇 second_place_medal 🥈 third_place_medal 🥉 soccer ⚽
basketball 🏀 football 🏈 tennis 🎾 dart 🎯 game_die 🎲 jigsaw 🧩 video_game 🎮 art 🎨 performing_arts 🎭
microphone 🎤 headphones 🎧 guitar 🎸 trumpet 🎺 drum_with_drumsticks 🥁 clapper 🎬 crown 👑 tophat 🎩
helmet_with_white_cross ⛑️ mortar_board 🎓 military_helmet 🪖 gem 💎 ring 💍 eyeglasses 👓 mute 🔇
speaker 🔈 sound 🔉 loud_sound 🔊 loudspeaker 📢 mega 📣 postal_horn 📯 bell 🔔 no_bell 🔕 iphone 📱
calling 📲 phone ☎️ telephone ☎️ telephone_receiver 📞 pager 📟 fax 📠 battery 🔋 low_battery 🪫
electric_plug 🔌 computer 💻 desktop_computer 🖥️ printer 🖨️ keyboard ⌨️ floppy_disk 💾 cd 💿 tv 📺
camera 📷 movie_camera 🎥 satellite_antenna 📡 satellite 🛰️ mag 🔍 mag_right 🔎 bulb 💡 flashlight 🔦
candle 🕯️ books 📚 book 📖 notebook 📓 ledger 📒 page_with_curl 📃 scroll 📜 page_facing_up 📄 newspaper 📰
bookmark_tabs 📑 bookmark 🔖 label 🏷️ moneybag 💰 dollar 💵 credit_card 💳 receipt 🧾 chart 💹 email 📧
envelope ✉️ incoming_envelope 📨 envelope_with_arrow 📩 outbox_tray 📤 inbox_tray 📥 package 📦 mailbox 📫
ballot_box_with_ballot 🗳️ pencil2 ✏️ pencil 📝 memo 📝 briefcase 💼 file_folder 📁 open_file_folder 📂
card_index_dividers 🗂️ calendar 📆 date 📅 spiral_calendar_pad 🗓️ card_index 📇
chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 clipboard 📋 pushpin 📌
round_pushpin 📍 paperclip 📎 linked_paperclips 🖇️ straight_ruler 📏 scissors ✂️ wastebasket 🗑️ lock 🔒
unlock 🔓 closed_lock_with_key 🔐 key 🔑 old_key 🗝️ hammer 🔨 axe 🪓 pick ⛏️ hammer_and_wrench 🛠️
crossed_swords ⚔️ shield 🛡️ wrench 🔧 screwdriver 🪛 nut_and_bolt 🔩 gear ⚙️ scales ⚖️ link 🔗 chains ⛓️
toolbox 🧰 magnet 🧲 ladder 🪜 test_tube 🧪 microscope 🔬 telescope 🔭 syringe 💉 pill 💊 adhesive_bandage 🩹
stethoscope 🩺 door 🚪 fire_extinguisher 🧯 shopping_trolley 🛒 warning ⚠️ children_crossing 🚸
no_entry ⛔ no_entry_sign 🚫 radioactive_sign ☢️ biohazard_sign ☣️ arrow_up ⬆️ arrow_upper_right ↗️
arrow_right ➡️ arrow_lower_right ↘️ arrow_down ⬇️ arrow_left ⬅️ arrow_up_down ↕️
leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️ arrow_heading_up ⤴️ arrow_heading_down ⤵️
arrows_clockwise 🔃 arrows_counterclockwise 🔄 back 🔙 soon 🔜 top 🔝 twisted_rightwards_arrows 🔀
repeat 🔁 arrow_forward ▶️ fast_forward ⏩ double_vertical_bar ⏸️ black_square_for_stop ⏹️
black_circle_for_record ⏺️ eject ⏏️ infinity ♾️ heavy_plus_sign ➕ heavy_minus_sign ➖
heavy_division_sign ➗ heavy_multiplication_x ✖️ bangbang ‼️ interrobang ⁉️ question ❓
grey_question ❔ exclamation ❗ heavy_exclamation_mark ❗ grey_exclamation ❕ wavy_dash 〰️ recycle ♻️
white_check_mark ✅ ballot_box_with_check ☑️ heavy_check_mark ✔️ x ❌ negative_squared_cross_mark ❎
curly_loop ➰ eight_spoked_asterisk ✳️ sparkle ❇️ information_source ℹ️ hash #️⃣ zero 0️⃣ one 1️⃣
two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 sos 🆘 up 🆙
new 🆕 free 🆓 ok 🆗 cool 🆒 ng 🆖 id 🆔 vs 🆚 red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡
large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣 large_brown_circle 🟤 black_circle ⚫
white_circle ⚪ large_red_square 🟥 large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩
large_blue_square 🟦 large_purple_square 🟪 black_large_square ⬛ white_large_square ⬜
large_orange_diamond 🔶 large_blue_diamond 🔷 small_orange_diamond 🔸 small_blue_diamond 🔹
small_red_triangle 🔺 small_red_triangle_down 🔻 radio_button 🔘 checkered_flag 🏁
triangular_flag_on_post 🚩 crossed_flags 🎌 waving_black_flag 🏴 waving_white_flag 🏳️ rainbow-flag 🏳️‍🌈
pirate_flag 🏴‍☠️ flag-de 🇩🇪 flag-es 🇪🇸 flag-fr 🇫🇷 flag-gb 🇬🇧 flag-it 🇮🇹 flag-jp 🇯🇵 flag-us 🇺🇸
"""

_PAIRS = _LISTS.split()
STANDARD: dict[str, str] = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))


def known_emoji(world: "World", name: str) -> bool:
    """Whether Slack would take this name, with or without a skin tone."""
    plain = re.sub(r"::skin-tone-[2-6]$", "", name)
    return plain in STANDARD or name in world.emoji
