"""Every Web API method the sandbox knows, with the scopes it takes (any one of them) and its tier."""

from sandbox.webapi import chat, conversations, files, history, marks, people, views
from sandbox.webapi.call import Method

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
MANAGE = ("channels:manage", "groups:write")
WRITE = (*MANAGE, "im:write", "mpim:write")
TOPIC = (*WRITE, "channels:write.topic", "groups:write.topic", "im:write.topic", "mpim:write.topic")
INVITES = (*WRITE, "channels:write.invites", "groups:write.invites")

METHODS: dict[str, Method] = {
    "api.test": Method(people.api_test, tier=4, kind="none"),
    "apps.connections.open": Method(people.connections_open, tier=1, kind="app"),
    "auth.test": Method(people.auth_test, tier=0),
    "bookmarks.add": Method(marks.add_bookmark, ("bookmarks:write",), 2),
    "bookmarks.edit": Method(marks.edit_bookmark, ("bookmarks:write",), 2),
    "bookmarks.list": Method(marks.bookmarks, ("bookmarks:read",), 3, reads=True),
    "bookmarks.remove": Method(marks.remove_bookmark, ("bookmarks:write",), 2),
    "canvases.create": Method(files.canvas, ("canvases:write",), 2),
    "chat.delete": Method(chat.delete, ("chat:write",), 3),
    "chat.getPermalink": Method(history.permalink, tier=0, reads=True),
    "chat.postEphemeral": Method(chat.post_ephemeral, ("chat:write",), 4),
    "chat.postMessage": Method(chat.post, ("chat:write",), 0),
    "chat.update": Method(chat.update, ("chat:write",), 3),
    "conversations.archive": Method(conversations.archive, WRITE, 2),
    "conversations.canvases.create": Method(files.channel_canvas, ("canvases:write",), 2),
    "conversations.create": Method(conversations.create, WRITE, 2),
    "conversations.history": Method(history.history, HISTORY, 3, reads=True),
    "conversations.info": Method(conversations.info, READ, 3, reads=True),
    "conversations.invite": Method(conversations.invite, INVITES, 3),
    "conversations.join": Method(conversations.join, ("channels:join",), 3),
    "conversations.kick": Method(conversations.kick, WRITE, 3),
    "conversations.leave": Method(conversations.leave, WRITE, 3),
    "conversations.list": Method(conversations.listed, READ, 2, reads=True),
    "conversations.mark": Method(conversations.mark, WRITE, 3),
    "conversations.members": Method(conversations.members, READ, 4, reads=True),
    "conversations.open": Method(conversations.opened, WRITE, 3),
    "conversations.rename": Method(conversations.rename, WRITE, 2),
    "conversations.replies": Method(history.replies, HISTORY, 3, reads=True),
    "conversations.setPurpose": Method(conversations.set_purpose, TOPIC, 2),
    "conversations.setTopic": Method(conversations.set_topic, TOPIC, 2),
    "conversations.unarchive": Method(conversations.unarchive, WRITE, 2),
    "dnd.info": Method(people.dnd_info, ("dnd:read",), 3, reads=True),
    "emoji.list": Method(people.emoji_list, ("emoji:read",), 2, reads=True),
    "files.completeUploadExternal": Method(files.complete, ("files:write",), 4),
    "files.getUploadURLExternal": Method(files.upload_url, ("files:write",), 4, reads=True),
    "files.info": Method(files.info, ("files:read",), 4, reads=True),
    "files.list": Method(files.listed, ("files:read",), 3, reads=True),
    "pins.add": Method(marks.pin, ("pins:write",), 2),
    "pins.list": Method(marks.pins, ("pins:read",), 2, reads=True),
    "pins.remove": Method(marks.unpin, ("pins:write",), 2),
    "reactions.add": Method(marks.react, ("reactions:write",), 3),
    "reactions.get": Method(marks.reactions, ("reactions:read",), 3, reads=True),
    "reactions.remove": Method(marks.unreact, ("reactions:write",), 2),
    "team.info": Method(people.team_info, ("team:read",), 3, reads=True),
    "usergroups.create": Method(people.usergroups_create, ("usergroups:write",), 2),
    "usergroups.disable": Method(people.usergroups_disable, ("usergroups:write",), 2),
    "usergroups.enable": Method(people.usergroups_enable, ("usergroups:write",), 2),
    "usergroups.list": Method(people.usergroups_list, ("usergroups:read",), 2, reads=True),
    "usergroups.update": Method(people.usergroups_update, ("usergroups:write",), 2),
    "usergroups.users.list": Method(people.usergroups_users, ("usergroups:read",), 2, reads=True),
    "usergroups.users.update": Method(people.usergroups_users_update, ("usergroups:write",), 2),
    "users.conversations": Method(people.users_conversations, READ, 3, reads=True),
    "users.info": Method(people.users_info, ("users:read",), 4, reads=True),
    "users.list": Method(people.users_list, ("users:read",), 2, reads=True),
    "users.lookupByEmail": Method(people.users_by_email, ("users:read.email",), 3, reads=True),
    "views.open": Method(views.open_view, tier=4),
    "views.publish": Method(views.publish, tier=4),
    "views.push": Method(views.push, tier=4),
    "views.update": Method(views.update, tier=4),
}
