using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Hub.Town.Look;

/// <summary>
/// A piece of HTML. What stands in the braces of <c>Html.Of($"…{name}…")</c> is encoded, unless it is itself
/// <see cref="Html"/> or a row of it.
/// </summary>
internal readonly record struct Html(string Text)
{
    public static readonly Html Empty = new("");

    public static Html Of(HtmlText text) => new(text.ToString());

    public override string ToString() => Text;
}

/// <summary>What the compiler turns an interpolated string into on its way to <see cref="Html.Of"/>.</summary>
[InterpolatedStringHandler]
internal readonly struct HtmlText
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _text;

    public HtmlText(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + (formattedCount * 32));

    public void AppendLiteral(string literal) => _text.Append(literal);

    public void AppendFormatted(Html html) => _text.Append(html.Text);

    public void AppendFormatted(IEnumerable<Html> pieces)
    {
        foreach (var piece in pieces)
        {
            _text.Append(piece.Text);
        }
    }

    public void AppendFormatted(string? value) => _text.Append(Encoder.Encode(value ?? ""));

    public void AppendFormatted(long value) => _text.Append(CultureInfo.InvariantCulture, $"{value}");

    /// <summary>Money: two decimals and a point, as numbers in <c>data-</c> attributes and in prices.</summary>
    public void AppendFormatted(decimal amount) => _text.Append(CultureInfo.InvariantCulture, $"{amount:0.00}");

    public override string ToString() => _text.ToString();
}
