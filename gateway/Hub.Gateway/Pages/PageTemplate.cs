using System.Text.Encodings.Web;
using Hub.Placement.Config;

namespace Hub.Gateway.Pages;

/// <summary>The built-in page: one file without script, font or style of another host.</summary>
internal static class PageTemplate
{
    public static string Of(PagesConfig brand, PageWords words, string title, string text, string language, bool again, bool refresh)
    {
        var html = HtmlEncoder.Default;
        var name = brand.Name is { } shop ? html.Encode(shop) : "";
        var head = brand.Logo is { } logo
            ? $"""<p><img src="{html.Encode(logo)}" alt="{name}" height="48"></p>"""
            : name.Length > 0 ? $"<p class=\"shop\">{name}</p>" : "";
        return $$"""
            <!doctype html>
            <html lang="{{html.Encode(language)}}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">{{(refresh ? "\n<meta http-equiv=\"refresh\" content=\"{seconds}\">" : "")}}
            <title>{{Encode(title)}}{{(name.Length > 0 ? $" – {name}" : "")}}</title>
            <style>
            body { margin: 0; background: {{brand.Background}}; color: #222; font: 1.1rem/1.5 system-ui, sans-serif; }
            main { max-width: 34rem; margin: 15vh auto 0; padding: 0 1.5rem; }
            h1, .shop { color: {{brand.Color}}; }
            .shop { font-weight: 600; }
            a { display: inline-block; padding: .5rem 1rem; border-radius: .3rem; background: {{brand.Color}}; color: #fff; text-decoration: none; }
            small { color: #666; overflow-wrap: anywhere; }
            </style>
            </head>
            <body><main role="status">
            {{head}}
            <h1>{{Encode(title)}}</h1>
            <p>{{Encode(text)}}</p>
            {{(again ? $"<p><a href=\"\">{Encode(words.Again)}</a></p>" : "")}}
            <p><small>{{Encode(words.Id)}} {id}</small></p>
            </main></body>
            </html>

            """;

        // Our own words hold no mark-up, and their umlauts are better read as they are.
        static string Encode(string words) => words.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
    }
}
