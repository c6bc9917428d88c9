using System.Collections.Immutable;
using System.Text;

namespace Hub.Connectors.Http;

/// <summary>Knows the secrets that went out to the vendor and takes them out of what is told: some vendors send a request's headers back with an error.</summary>
public sealed class SecretMask
{
    /// <summary>Tokens are renewed; no answer is late enough to hold one of long ago.</summary>
    private const int Kept = 48;

    private ImmutableArray<string> _forms = [];

    /// <summary>The text without them.</summary>
    public string Clean(string text) => _forms.Aggregate(text, (cleaned, form) => cleaned.Replace(form, "***", StringComparison.Ordinal));

    /// <param name="secret">As it goes out; a short one would mask words of the language.</param>
    public void Know(string secret)
    {
        if (secret.Length >= 4 && !_forms.Contains(secret, StringComparer.Ordinal))
        {
            var forms = new[] { secret, Uri.EscapeDataString(secret), Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)) }.Distinct(StringComparer.Ordinal);
            ImmutableInterlocked.Update(ref _forms, known => [.. forms.Concat(known).Take(Kept)]);
        }
    }
}
