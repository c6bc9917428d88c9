using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Hub.Gateway.Mirroring.Comparing;

namespace Hub.Gateway.Mirroring.Diffs;

/// <summary>
/// Takes secrets and personal data out of a diff before anything of it is written: cookies, authorization, tokens, e-mail
/// addresses, phone and card numbers wherever they stand; names, addresses and passwords in fields that are named so; what
/// the config names as personal; and what is known of the customer.
/// </summary>
internal sealed partial class Masking(ComparisonRules rules, IReadOnlyList<string> personal)
{
    public const string Mask = "***";

    private const int MostDepth = 64;

    private static readonly HtmlParser Parser = new();

    /// <summary>A header, as it may be kept: of cookies their names.</summary>
    public string Header(string name, string value)
    {
        if (name.Equals("Cookie", StringComparison.OrdinalIgnoreCase))
        {
            return string.Join("; ", value.Split(';', StringSplitOptions.TrimEntries).Select(cookie => $"{Name(cookie)}={Mask}"));
        }

        if (name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase))
        {
            var parts = value.Split(';', 2);
            return $"{Name(parts[0])}={Mask}{(parts.Length > 1 ? $";{parts[1]}" : "")}";
        }

        return SecretHeader().IsMatch(name) ? Mask : Text(value);
    }

    /// <summary>Any text.</summary>
    public string Text(string text)
    {
        foreach (var word in personal)
        {
            text = text.Replace(word, Mask, StringComparison.OrdinalIgnoreCase);
        }

        text = Mail().Replace(text, Mask);
        text = Jwt().Replace(text, Mask);
        text = Bearer().Replace(text, match => $"{match.Groups[1].Value} {Mask}");
        text = Parameter().Replace(text, match => IsPersonal(match.Groups["name"].Value) || Noise.IsToken(match.Groups["name"].Value)
            ? $"{match.Groups["name"].Value}={Mask}" : match.Value);
        text = Digits().Replace(text, match => IsCard(match.Value) || IsPhone(match.Value) ? Mask : match.Value);
        return LongToken().Replace(text, match => Noise.Without(match.Value) == match.Value ? match.Value : Mask);
    }

    /// <summary>A value that a mismatch tells.</summary>
    public string? Value(string field, string? value) => value is null ? null
        : IsPersonalField(field) ? Mask : Text(value);

    /// <summary>A body, by its kind.</summary>
    public string Body(Answer answer)
    {
        if (!answer.Whole)
        {
            return "(longer than 256 KiB, not kept)";
        }

        if (answer.Text() is not { } text)
        {
            return "(not readable)";
        }

        var type = answer.MediaType;
        var masked = type.Contains("json", StringComparison.Ordinal) ? Json(text)
            : type.Contains("html", StringComparison.Ordinal) ? Html(text)
            : type.StartsWith("text/", StringComparison.Ordinal) || type.Contains("xml", StringComparison.Ordinal) || answer.Status == 0 ? text
            : $"({answer.Body.Length} bytes of {(type.Length == 0 ? "an unknown kind" : type)})";
        return Text(masked);
    }

    private string Json(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MostDepth });
            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                Write(document.RootElement, writer, []);
            }

            return Encoding.UTF8.GetString(stream.ToArray());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            // No JSON, or half of a surrogate pair in it: fields can't be told apart, so nothing of it is kept.
            return "(no JSON that can be masked)";
        }
    }

    private void Write(JsonElement value, Utf8JsonWriter writer, List<string> path)
    {
        if (rules.Personal.Any(place => place.Holds(path))
            || (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array) && path.Count > 0 && (IsPersonal(path[^1]) || Noise.IsToken(path[^1]))))
        {
            writer.WriteStringValue(Mask);
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in value.EnumerateObject())
                {
                    path.Add(property.Name);
                    writer.WritePropertyName(Text(property.Name));
                    Write(property.Value, writer, path);
                    path.RemoveAt(path.Count - 1);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                path.Add("*");
                foreach (var item in value.EnumerateArray())
                {
                    Write(item, writer, path);
                }

                path.RemoveAt(path.Count - 1);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Text(value.GetString()!));
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private string Html(string text)
    {
        if (HtmlComparer.IsTooDeep(text))
        {
            return "(a page nested too deep to be masked)";
        }

        using var page = Parser.ParseDocument(text);
        foreach (var element in page.All)
        {
            var named = element.GetAttribute("name") ?? element.GetAttribute("itemprop") ?? element.GetAttribute("property") ?? element.GetAttribute("autocomplete");
            if (named is not null && (IsPersonal(named) || Noise.IsToken(named)))
            {
                Blot(element, "value");
                Blot(element, "content");
                if (element.LocalName is "textarea" or "span" or "p" or "div" or "td" or "option")
                {
                    element.TextContent = Mask;
                }
            }
        }

        foreach (var place in rules.Personal.Where(place => place.Selector is not null))
        {
            foreach (var element in page.All.Where(element => place.Selector!.Match(element, null)).ToList())
            {
                if (place.Attribute is { } attribute)
                {
                    Blot(element, attribute);
                }
                else
                {
                    element.TextContent = Mask;
                }
            }
        }

        return page.DocumentElement?.OuterHtml ?? "";
    }

    private static void Blot(IElement element, string attribute)
    {
        if (element.HasAttribute(attribute))
        {
            element.SetAttribute(attribute, Mask);
        }
    }

    // "main p.name", "$.customer.email", "a.customer @data-customer": by the last step's name, or where the config says so.
    private bool IsPersonalField(string field)
    {
        var last = field[(field.LastIndexOfAny([' ', '.', '@', '[']) + 1)..].Trim(']', '*', '$');
        return IsPersonal(last) || Noise.IsToken(last)
            || (field.StartsWith('$') && rules.Personal.Any(place => place.Holds([.. field[1..].Replace("[*]", ".*", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries)])))
            || rules.Personal.Any(place => place.Selector is not null && Mentions(field, place));
    }

    // A field has no element any more: it is of the place if it ends with what the selector ends with.
    private static bool Mentions(string field, Place place)
    {
        var selector = place.Attribute is null ? place.Text.Trim() : place.Text[..place.Text.LastIndexOf('@')].Trim();
        var last = selector[(selector.LastIndexOfAny([' ', '>', '+', '~']) + 1)..];
        return last.Length > 0 && field.Contains(last, StringComparison.OrdinalIgnoreCase);
    }

    private static string Name(string cookie) => cookie.IndexOf('=', StringComparison.Ordinal) is var at and > 0 ? cookie[..at] : "";

    private static bool IsPersonal(string name) => PersonalName().IsMatch(name) && !PublicName().IsMatch(name);

    // Luhn's check tells card numbers from others.
    private static bool IsCard(string text)
    {
        var (sum, digits) = (0, 0);
        for (var i = text.Length - 1; i >= 0; i--)
        {
            if (char.IsAsciiDigit(text[i]))
            {
                var digit = text[i] - '0';
                digit = digits++ % 2 == 0 ? digit : digit * 2;
                sum += digit > 9 ? digit - 9 : digit;
            }
        }

        return digits is >= 13 and <= 19 && sum % 10 == 0;
    }

    // Written as numbers to call are: with a plus, or a zero and blanks or strokes between. A price or an id has none.
    private static bool IsPhone(string text)
    {
        var digits = text.Count(char.IsAsciiDigit);
        return digits is >= 8 and <= 15 && (text[0] is '+' || text.StartsWith("(0", StringComparison.Ordinal) || (text[0] == '0' && text.AsSpan().ContainsAny(' ', '-', '/')));
    }

    [GeneratedRegex(@"authorization|token|secret|api-?key|partner-key|password|^hub-(customer|account|name|identity)|cookie|credential|signature", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretHeader();

    [GeneratedRegex(@"password|passwd|secret|e-?mail|phone|mobile|^tel|^name$|(first|last|sur|given|family|full|customer|ship|bill|recipient)[-_]?name|street|address|^zip|postal|postcode|^city$|birth|iban|^bic$|card|cvc|cvv|^ip$|account_?holder|api_?key|^key$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PersonalName();

    // A product has a name too; where "name" alone stands in a list of things it is masked all the same.
    [GeneratedRegex(@"cardinality|card-?(title|body|list)|^cards?$|address-?bar", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PublicName();

    [GeneratedRegex(@"[A-Za-z0-9._%+'-]{1,64}(@|%40|&#64;)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}")]
    private static partial Regex Mail();

    [GeneratedRegex(@"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{2,}(\.[A-Za-z0-9_-]*)?")]
    private static partial Regex Jwt();

    [GeneratedRegex(@"\b(Bearer|Basic|Digest|ApiKey) +[^\s,;""'<]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Bearer();

    [GeneratedRegex("(?<name>[A-Za-z0-9_.-]{1,64})=(?![\"'*])[^&;\"'<> \\t\\r\\n]+")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"[+(]?\d[\d ()/-]{6,24}\d")]
    private static partial Regex Digits();

    [GeneratedRegex(@"[A-Za-z0-9_+=-]{16,}")]
    private static partial Regex LongToken();
}
