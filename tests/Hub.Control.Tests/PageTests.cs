using System.Text.RegularExpressions;
using Hub.Control.Tests.Running;
using static Hub.Control.Tests.Running.TestControl;

namespace Hub.Control.Tests;

/// <summary>The page's files fit together; no browser is started for it.</summary>
public sealed partial class PageTests
{
    [Fact]
    public async Task Scripts_OfThePage_FindTheirElementsAndWriteTextOnly()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        var page = await control.Http.GetStringAsync("/", Cancel);
        var ids = Id().Matches(page).Select(match => match.Groups[1].Value).ToList();
        var scripts = new List<string>();
        foreach (var source in Source().Matches(page).Select(match => match.Groups[1].Value))
        {
            scripts.Add(await control.Http.GetStringAsync(source, Cancel));
        }

        Assert.Equal(2, scripts.Count);
        Assert.Equal(ids.Distinct(), ids);
        Assert.Empty(scripts.SelectMany(script => Asked().Matches(script)).Select(match => match.Groups[1].Value).Except(ids));

        // Names come from vendors and shoppers: nothing of them is ever read as HTML, and nothing stands in the page that its policy would stop.
        Assert.DoesNotContain(scripts, script => AsHtml().IsMatch(script));
        Assert.DoesNotMatch("(?i)<script(?![^>]* src=)|<style|\\son[a-z]+=|\\sstyle=", page);
    }

    [GeneratedRegex("\\bid=\"([^\"]+)\"")]
    private static partial Regex Id();

    [GeneratedRegex("<script src=\"([^\"]+)\"")]
    private static partial Regex Source();

    [GeneratedRegex("(?:\\$|fill)\\('([^']+)'")]
    private static partial Regex Asked();

    [GeneratedRegex("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\b|new Function|createContextualFragment")]
    private static partial Regex AsHtml();
}
