using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Group;

internal sealed class CrawlCommand : HubCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _group;
    private readonly Option<string> _sitemap;
    private readonly Option<double?> _rate;
    private readonly Option<int?> _most;
    private readonly Option<bool> _wait;

    public CrawlCommand(CommandContext context)
        : base(context, "crawl", "Ask both sides for the group's pages of a sitemap, and compare what search engines see.",
            "hub group crawl catalog --sitemap https://shop.test/sitemap.xml --per-second 5 --wait")
    {
        _group = Word("GROUP", "The group's name.");
        _sitemap = Flag<string>("--sitemap", "The sitemap's address; an index and gzip are read too.", "URL");
        _sitemap.Required = true;
        _rate = Flag<double?>("--per-second", "Pages a second, 0.1 to 100; each is asked of both sides. Default: 5.", "N");
        _most = Flag<int?>("--most", "At most so many pages. Default: 10,000.", "N");
        _wait = Flag<bool>("--wait", "Wait for its end; fails where a page differs.");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(parsed.GetRequiredValue(_sitemap), UriKind.Absolute, out var sitemap) || sitemap.Scheme is not ("http" or "https"))
        {
            throw new UsageException("--sitemap is an absolute address, for example https://shop.test/sitemap.xml.");
        }

        using var control = _connection.Connect(parsed);
        var group = parsed.GetRequiredValue(_group);
        var request = new CrawlGroup(sitemap, parsed.GetValue(_rate) ?? 5, parsed.GetValue(_most) ?? 10_000);
        var crawl = await control.Api.CrawlGroupAsync(group, request, cancellationToken);
        var (id, wait) = (crawl.Id, parsed.GetValue(_wait));
        while (wait && (crawl.Id != id || crawl.EndedAt is null))
        {
            await Task.Delay(Pause, Context.Time, cancellationToken);
            crawl = (await control.Api.GetReadinessAsync(group, cancellationToken)).Crawl ?? crawl;
        }

        _output.Write(parsed, crawl, output => ReadinessTable.WriteCrawl(output, crawl, Context.Time));
        return !wait || (crawl.Problem is null && crawl.Agreed == crawl.Pages) ? CommandLine.Done : CommandLine.Failed;
    }
}
