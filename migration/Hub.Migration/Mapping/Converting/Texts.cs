using System.Buffers;
using System.Text;
using Hub.ChangeFeed;

namespace Hub.Migration.Mapping.Converting;

/// <summary>A text as it stands.</summary>
/// <param name="length">Characters (code points) that the target's column takes; null: any number.</param>
/// <param name="padded">The target's column is a char(n): blanks at the end mean nothing there and are left out.</param>
/// <param name="refusesNul">The target's texts can't hold NUL.</param>
internal sealed class TextConverter(int? length, bool padded, bool refusesNul) : Converter
{
    private static readonly Refusal Nul = new("a text without NUL, which PostgreSQL's texts can't hold");
    private static readonly Refusal Half = new("a text of whole characters (it has half of a surrogate pair)");
    private static readonly Refusal NoText = new("a plain value; say by As what bytes or nested values become");
    private static readonly SearchValues<char> Surrogates = SearchValues.Create([.. Enumerable.Range(0xD800, 0x800).Select(unit => (char)unit)]);
    private readonly Refusal _tooLong = new($"a text of at most {length} characters, what the target's column takes");

    public override object? Convert(in ChangeValue value) =>
        value.Kind is ChangeValueKind.Bytes or ChangeValueKind.Nested ? NoText : Check(value.Text!);

    public object Check(string text)
    {
        if (padded)
        {
            text = text.TrimEnd(' ');
        }

        if (refusesNul && text.Contains('\0', StringComparison.Ordinal))
        {
            return Nul;
        }

        var characters = text.Length;
        if (text.AsSpan().ContainsAny(Surrogates))
        {
            characters = 0;
            for (var i = 0; i < text.Length; characters++)
            {
                if (Rune.DecodeFromUtf16(text.AsSpan(i), out _, out var units) != OperationStatus.Done)
                {
                    return Half;
                }

                i += units;
            }
        }

        return characters > length ? _tooLong : text;
    }
}

/// <summary>Takes the blanks at the end off before another converter sees the text.</summary>
internal sealed class TrimConverter(Converter inner) : Converter
{
    public override object? Convert(in ChangeValue value) =>
        value.Text is [.., ' '] text ? inner.Convert(value with { Text = text.TrimEnd(' ') }) : inner.Convert(value);
}

/// <summary>What each text or number becomes, written out.</summary>
/// <param name="map">Values that are made already.</param>
internal sealed class MapConverter(IReadOnlyDictionary<string, object> map) : Converter
{
    private readonly Refusal _unlisted = new($"listed in the Map ({string.Join(", ", map.Keys.Order(StringComparer.Ordinal))})");

    public override object? Convert(in ChangeValue value) => map.TryGetValue(value.Text!, out var mapped) ? mapped : _unlisted;
}

/// <summary>0 and 1, false and true, and bits: nothing else.</summary>
internal sealed class BoolConverter : Converter
{
    private static readonly object True = true;
    private static readonly object False = false;
    private static readonly Refusal Neither = new("0 or 1");

    public override object? Convert(in ChangeValue value) => value.Text switch
    {
        "0" or "false" => False,
        "1" or "true" => True,
        "00" when value.Kind == ChangeValueKind.Bytes => False,
        "01" when value.Kind == ChangeValueKind.Bytes => True,
        _ => Neither,
    };
}

/// <summary>A universally unique id, from its text or from 16 bytes in the text's order.</summary>
internal sealed class UuidConverter : Converter
{
    private static readonly Refusal NoUuid = new("a UUID such as 0198c5a6-1d3e-7cc0-8a4f-5b6d7e8f9a0b");

    public override object? Convert(in ChangeValue value) =>
        Guid.TryParseExact(value.Text, value.Kind == ChangeValueKind.Bytes ? "N" : "D", out var id) ? id
        : value.Kind == ChangeValueKind.Text && Guid.TryParse(value.Text, out id) ? id : NoUuid;
}

/// <summary>Bytes, from their hex.</summary>
internal sealed class BytesConverter : Converter
{
    private static readonly Refusal NoBytes = new("bytes");

    public override object? Convert(in ChangeValue value)
    {
        if (value.Kind == ChangeValueKind.Bytes)
        {
            return System.Convert.FromHexString(value.Text!);
        }

        // SQLite's capture has them as an object.
        return value is { Kind: ChangeValueKind.Nested, Text: { } text } && text.StartsWith("{\"$hex\":\"", StringComparison.Ordinal)
            ? System.Convert.FromHexString(text.AsSpan(9, text.Length - 11))
            : NoBytes;
    }
}

/// <summary>Makes another object of what a converter made.</summary>
internal sealed class AdaptedConverter(Converter inner, Func<object, object> adapt) : Converter
{
    public override object? Convert(in ChangeValue value) => inner.Convert(value) switch
    {
        null => null,
        Refusal refusal => refusal,
        var made => adapt(made),
    };
}
