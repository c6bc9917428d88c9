using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace Hub.Processes.Sealing;

/// <summary>
/// Encrypts the texts of a store at rest: states, messages, effects, the journal and dead letters tell of buyers, and can't be read by who has the database
/// without the keys. Names of processes, their keys, kinds, statuses and times stay readable: the store searches by them.
/// </summary>
/// <remarks>
/// ASP.NET Core's Data Protection: a key for each text, derived from one of a ring that renews itself. A text that was kept before there was a seal is read as it
/// is, and encrypted when it is written next.
/// </remarks>
/// <param name="place">Where the keys are, for people.</param>
public sealed class TextSeal(IDataProtectionProvider provider, string place)
{
    /// <summary>The setting that tells with one look whether these are the store's keys.</summary>
    internal const string Setting = "texts.seal";

    // All that Data Protection gives begins with the bytes 09 F0 C9 F0.
    private const string Mark = "CfDJ8";

    private readonly IDataProtector _protector = provider.CreateProtector("texts");

    /// <summary>The text as it is kept; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public string? Seal(string? text) => text is null ? null : Base64Url.EncodeToString(_protector.Protect(Encoding.UTF8.GetBytes(text)));

    /// <summary>The text as it was; null stays null.</summary>
    /// <exception cref="WrongKeysException">It was sealed with keys that are not here.</exception>
    [return: NotNullIfNotNull(nameof(text))]
    public string? Open(string? text)
    {
        if (text is null || !text.StartsWith(Mark, StringComparison.Ordinal))
        {
            return text;
        }

        try
        {
            return Encoding.UTF8.GetString(_protector.Unprotect(Base64Url.DecodeFromChars(text)));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            throw new WrongKeysException(place, e);
        }
    }
}
