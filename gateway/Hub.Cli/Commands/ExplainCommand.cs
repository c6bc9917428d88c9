using System.Collections.Immutable;
using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands;

/// <summary>Three questions: an answered request by its id, what would become of a request, what the ledger holds (SAFETY.md 15).</summary>
internal sealed class ExplainCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _id;
    private readonly Option<string> _method;
    private readonly Option<string> _path;
    private readonly Option<string[]> _cookies;
    private readonly Option<string[]> _headers;
    private readonly Option<string> _customer;
    private readonly Option<string> _order;
    private readonly Option<string> _address;
    private readonly Option<string> _since;

    public ExplainCommand(CommandContext context)
        : base(context, "explain", "Where a request went, or would go, and why.",
            "hub explain 4fA…", "hub explain --method GET --path /p/42 --cookie hub=…", "hub explain --order 1001 --since 2h")
    {
        _id = Word("ID", "A request's id, from the answer's header Hub-Request-Id.", optional: true);
        _method = Flag<string>("--method", "With --path: the method asked about (default GET).", "METHOD");
        _path = Flag<string>("--path", "What would become of a request for this path and query.", "PATH");
        _cookies = Flag<string[]>("--cookie", "With --path: a cookie, NAME=VALUE; may be repeated.", "COOKIE");
        _headers = Flag<string[]>("--header", "With --path: a header, 'Name: value'; may be repeated.", "HEADER");
        _customer = Flag<string>("--customer", "From the ledger: requests of a customer (key or account).", "KEY");
        _order = Flag<string>("--order", "From the ledger: requests of an order.", "NUMBER");
        _address = Flag<string>("--address", "From the ledger: requests from an IP address.", "IP");
        _since = Flag<string>("--since", "From the ledger: not older than a time, or a span back: 30m, 2h, 3d.", "TIME");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var id = parsed.GetValue(_id);
        var path = parsed.GetValue(_path);
        var ledger = new Option[] { _customer, _order, _address, _since }.Any(option => parsed.GetResult(option) is not null);
        var about = new Option[] { _method, _cookies, _headers }.Any(option => parsed.GetResult(option) is not null);
        if ((id is not null ? 1 : 0) + (path is not null ? 1 : 0) + (ledger ? 1 : 0) != 1 || (about && path is null))
        {
            throw new UsageException(
                "Ask one thing: an ID; or --path with --method, --cookie and --header; or the ledger by --customer, --order, --address, --since.");
        }

        return ledger ? await LedgerAsync(parsed, cancellationToken) : await PlacedAsync(parsed, id, path, cancellationToken);
    }

    private async Task<int> PlacedAsync(ParseResult parsed, string? id, string? path, CancellationToken cancellationToken)
    {
        if (path is not null && !path.StartsWith('/'))
        {
            throw new UsageException($"--path {path} must begin with a slash.");
        }

        var headers = Headers(parsed);
        using var control = _connection.Connect(parsed);
        var request = id is not null ? new ExplainRequest(id) : new ExplainRequest(null, parsed.GetValue(_method) ?? "GET", path, headers);
        var placed = await control.Api.ExplainAsync(request, cancellationToken);
        _output.Write(parsed, placed, output => new Fields
        {
            { "side", placed.Side },
            { "reason", placed.Reason },
            { "words", placed.Words },
            { "route", placed.Route },
            { "group", placed.Group },
            { "revision", placed.Revision.ToString() },
            { "plane", placed.Plane },
            { "at", Words.Time(placed.At, Context.Time) },
        }.WriteTo(output));
        return CommandLine.Done;
    }

    private async Task<int> LedgerAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        DateTimeOffset? since = parsed.GetValue(_since) is { } text ? Moment.Parse(text, "--since", Context.Time, ahead: false) : null;
        using var control = _connection.Connect(parsed);
        var requests = await control.Api.GetRequestsAsync(
            parsed.GetValue(_customer), parsed.GetValue(_order), parsed.GetValue(_address), since, cancellationToken);
        _output.Write(parsed, requests, LedgerTable.Of(requests, Context.Time).WriteTo);
        return CommandLine.Done;
    }

    private ImmutableSortedDictionary<string, string> Headers(ParseResult parsed)
    {
        var headers = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in parsed.GetValue(_headers) ?? [])
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1)
            {
                throw new UsageException($"--header '{header}' is no header. Write --header 'Name: value'.");
            }

            headers[header[..colon].Trim()] = header[(colon + 1)..].Trim();
        }

        var cookies = parsed.GetValue(_cookies) ?? [];
        if (cookies.FirstOrDefault(cookie => cookie.IndexOf('=', StringComparison.Ordinal) < 1) is { } wrong)
        {
            throw new UsageException($"--cookie '{wrong}' is no cookie. Write --cookie NAME=VALUE.");
        }

        if (cookies.Length > 0)
        {
            headers["Cookie"] = string.Join("; ", headers.TryGetValue("Cookie", out var given) ? cookies.Prepend(given) : cookies);
        }

        return headers.ToImmutable();
    }
}
