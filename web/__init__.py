"""HTTP: alerts and declarations in, Twilio's callbacks, health and metrics. A GET never changes anything."""
