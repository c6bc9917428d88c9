using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Placement.Config;

namespace Hub.Control.Notifications;

/// <summary>A notification as its receiver wants it written. Pure.</summary>
internal static class NotificationBody
{
    public const string Signature = "Hub-Signature";

    public static byte[] Of(NotificationFormat format, Notification notification) => format switch
    {
        NotificationFormat.Slack => Json(new { text = Escape(notification.Line) }),
        NotificationFormat.Teams => Json(new
        {
            type = "message",
            attachments = new[]
            {
                new
                {
                    contentType = "application/vnd.microsoft.card.adaptive",
                    content = new
                    {
                        type = "AdaptiveCard",
                        version = "1.4",
                        body = new[] { new { type = "TextBlock", text = notification.Line, wrap = true } },
                    },
                },
            },
        }),
        _ => Json(notification),
    };

    /// <summary>The header's value: HMAC-SHA256 over the raw body.</summary>
    public static string Sign(byte[] body, string key) =>
        $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), body))}";

    private static byte[] Json<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web);

    // A reason that holds <!channel> must not wake everybody.
    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
