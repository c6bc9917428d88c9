using System.Collections.Immutable;
using System.Text.Json;
using Hub.Adapters.Orders;
using Hub.Processes.Erasing;

namespace Hub.Adapters.Customers;

/// <summary>The orders that tell of a buyer, found by the whole e-mail address: <c>ann@shop.example</c> is not <c>joann@shop.example</c>.</summary>
internal static class CustomerOrders
{
    public static async Task<ImmutableArray<(ProcessKey Key, ImmutableArray<KeptText> Texts)>> OfAsync(
        this PersonalData personal, string email, CancellationToken cancellationToken)
    {
        var orders = ImmutableArray.CreateBuilder<(ProcessKey, ImmutableArray<KeptText>)>();
        foreach (var key in await personal.FindAsync(email, cancellationToken))
        {
            var texts = await personal.ExportAsync(key, cancellationToken);
            if (texts.Any(text => Holds(text.Text, email) || Holds(text.Text, JsonEncodedText.Encode(email).ToString())))
            {
                orders.Add((key, texts));
            }
        }

        return orders.ToImmutable();
    }

    /// <summary>Whether the address stands there by itself, not as a part of another one.</summary>
    internal static bool Holds(string text, string email)
    {
        for (var at = text.IndexOf(email, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(email, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var before = text.AsSpan(0, at);
            var after = text.AsSpan(at + email.Length);
            if ((before.IsEmpty || !IsOfAddress(before[^1])) && (after.IsEmpty || !IsOfDomain(after)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfAddress(char c) => char.IsLetterOrDigit(c) || "!#$%&'*+-/=?^_`{|}~.".Contains(c, StringComparison.Ordinal);

    // The full stop after it may end a sentence.
    private static bool IsOfDomain(ReadOnlySpan<char> text) =>
        char.IsLetterOrDigit(text[0]) || text[0] == '-' || (text[0] == '.' && text.Length > 1 && char.IsLetterOrDigit(text[1]));
}
