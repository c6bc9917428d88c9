using System.Globalization;
using System.Text;
using Hub.Commerce;

namespace Hub.Connectors.ShipEngine;

/// <summary>
/// A parcel's reference as ShipEngine keeps it: <c>web/10042#2</c> becomes <c>web_10042~232</c>. Letters, digits, <c>.</c> and <c>-</c> stand for
/// themselves, <c>_</c> for the slash behind the channel, <c>~XX</c> for a byte of anything else (UTF-8).
/// </summary>
/// <remarks>
/// It stands in the path of the look-up. A slash or a number sign in it, escaped, is unescaped by some servers on the way; the label would not be
/// found, and a second one bought.
/// </remarks>
internal static class ShipEngineReference
{
    /// <summary>ShipEngine cuts behind it in silence: two parcels could become one.</summary>
    public const int Longest = 50;

    public static string Of(Parcel parcel)
    {
        var text = new StringBuilder(parcel.Order.Key.Channel).Append('_');
        foreach (var part in Encoding.UTF8.GetBytes(parcel.Reference[(parcel.Order.Key.Channel.Length + 1)..]))
        {
            if (char.IsAsciiLetterOrDigit((char)part) || part is (byte)'.' or (byte)'-')
            {
                text.Append((char)part);
            }
            else
            {
                text.Append('~').Append(part.ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return text.ToString();
    }
}
