using AngleSharp.Dom;

namespace Hub.Gateway.Mirroring.Comparing;

/// <summary>The name of an element's place, the same on each page of a kind: <c>main article.product p.stock</c>.</summary>
internal static class HtmlField
{
    private const int Levels = 4, MostName = 48;

    public static string Of(IElement element)
    {
        var names = new List<string>();
        for (var at = element; at is not null && names.Count < Levels && at.LocalName is not ("html" or "body"); at = at.ParentElement)
        {
            names.Add(Name(at));
        }

        names.Reverse();
        return names.Count == 0 ? Name(element) : string.Join(' ', names);
    }

    /// <summary>
    /// Its tag, and one of its classes or its name, which is what tells elements of a tag apart. Ids are often made up, and
    /// the order of classes means nothing.
    /// </summary>
    public static string Name(IElement element)
    {
        var by = element.ClassList.Length > 0 ? $".{element.ClassList.Min(StringComparer.Ordinal)}"
            : element.LocalName is "meta" or "input" or "link" or "script"
                && (element.GetAttribute("name") ?? element.GetAttribute("property") ?? element.GetAttribute("rel") ?? element.GetAttribute("type")) is { Length: > 0 } name ? $"[{name}]" : "";
        var whole = element.LocalName + by;
        return whole.Length > MostName ? whole[..MostName] : whole;
    }
}
