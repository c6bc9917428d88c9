using System.Collections.Immutable;
using System.CommandLine;
using System.Net;
using Hub.Cli.Checking;
using Hub.Cli.Checking.Through;
using Hub.Cli.Features;

namespace Hub.Cli.Commands;

internal sealed class CheckCommand : HubCommand
{
    private readonly FileFeature _file;
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly ConnectorsFeature _connectors;
    private readonly Option<bool> _offline;
    private readonly Option<string> _through;
    private readonly Option<string> _clientIp;

    public CheckCommand(CommandContext context)
        : base(context, "check",
            "Everything that is wrong with a config file at once; upstreams reached or not; links that lead around the gateway; forms that the file does not declare; databases of datasets that are not as the pipeline needs them. "
            + "With --through: whether client address, scheme, host and affinity arrive at the gateways that run.",
            "hub check -c hub.json", "hub check --connectors connectors", "hub check --through https://shop.example --client-ip 198.51.100.7")
    {
        _file = Enable(new FileFeature(context));
        _offline = Flag<bool>("--offline", "Look at the file only; ask no upstream and no database.");
        _through = Flag<string>("--through", "The shop's public address: ask the running gateways through CDN and balancer, and no file.", "URL");
        _clientIp = Flag<string>("--client-ip", "With --through: the address by which this machine is known outside.", "IP");
        _connectors = Enable(new ConnectorsFeature(context));
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_through) is { } through)
        {
            return _file.IsGiven(parsed) || parsed.GetValue(_offline)
                ? throw new UsageException("--through asks the hub that runs, -c and --offline are about a file: check one, then the other.")
                : ThroughAsync(parsed, through, cancellationToken);
        }

        return parsed.GetValue(_clientIp) is not null
            ? throw new UsageException("--client-ip belongs to --through URL.")
            : FileAsync(parsed, cancellationToken);
    }

    private async Task<int> FileAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (name, text) = await _file.ReadAsync(parsed, cancellationToken);
        var folder = Path.GetDirectoryName(_file.Named(parsed).Path)!;
        var findings = await ConfigCheck.CheckAsync(text, folder, _connectors.Vendors(parsed), parsed.GetValue(_offline), cancellationToken);
        return Tell(parsed, name, findings);
    }

    private async Task<int> ThroughAsync(ParseResult parsed, string through, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(through, UriKind.Absolute, out var shop) || shop.Scheme is not ("http" or "https"))
        {
            throw new UsageException($"'{through}' (--through) is no address of a shop. Write it as https://shop.example.");
        }

        var clientIp = parsed.GetValue(_clientIp) switch
        {
            null => null,
            var text when IPAddress.TryParse(text, out var address) => address,
            var text => throw new UsageException($"'{text}' (--client-ip) is no IP address."),
        };
        using var control = _connection.Connect(parsed);
        var probe = await control.Api.OpenProbeAsync(cancellationToken);
        foreach (var silent in probe.Silent)
        {
            Context.Error.WriteLine($"hub: not told of the probe: {silent}");
        }

        var passages = await ProbeSender.SendAsync(shop, probe.Token, cancellationToken);
        foreach (var seen in passages.Where(passage => passage is { Kind: not PassageKind.Forged, Answer: not null }).CountBy(passage => passage.Answer!))
        {
            var answer = seen.Key;
            Context.Error.WriteLine(
                $"hub: {answer.Plane} saw {seen.Value} probes of {answer.Client} by {answer.Scheme} for {answer.Host}; "
                + $"from {answer.Peer} ({(answer.PeerTrusted ? "trusted" : "not trusted")}), {answer.Protocol}, X-Forwarded-For: {answer.ForwardedFor ?? "none"}");
        }

        var mine = clientIp is null ? ProbeSender.OwnAddresses() : ImmutableHashSet.Create(clientIp);
        return Tell(parsed, shop.GetLeftPart(UriPartial.Authority), new ThroughCheck(shop, probe.Planes, mine, clientIp is not null).Judge(passages));
    }

    private int Tell(ParseResult parsed, string name, IReadOnlyList<Finding> findings)
    {
        var rows = findings.OrderBy(finding => finding.Severity).Select(finding => new
        {
            Severity = finding.Severity.ToString().ToLowerInvariant(),
            File = name,
            finding.Problem.Line,
            finding.Problem.Path,
            finding.Problem.What,
            finding.Problem.Why,
            ToDo = finding.Problem.Fix,
        }).ToList();
        _output.Write(parsed, rows, output =>
        {
            foreach (var finding in findings.OrderBy(finding => finding.Severity))
            {
                output.WriteLine($"{finding.Severity.ToString().ToLowerInvariant()}: {finding.Problem.ToString(name)}");
            }
        });
        var errors = findings.Count(finding => finding.Severity == Severity.Error);
        var warnings = findings.Count(finding => finding.Severity == Severity.Warning);
        Context.Error.WriteLine($"hub: {name}: {errors} errors, {warnings} warnings");
        return errors > 0 ? CommandLine.Failed : CommandLine.Done;
    }
}
