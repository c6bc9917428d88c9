using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Diff;

internal sealed class ListCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Option<string> _group;
    private readonly Option<string> _route;
    private readonly Option<string> _field;

    public ListCommand(CommandContext context)
        : base(context, "list", "Where the answers of both sides differ, by kind: money, stock and status first, then the most frequent.",
            "hub diff list --group catalog", "hub diff list --route page --field \"main p.stock\"")
    {
        _group = Flag<string>("--group", "Of this group only.", "NAME");
        _route = Flag<string>("--route", "Of this route only.", "ID");
        _field = Flag<string>("--field", "Of this field only, as the list writes it.", "FIELD");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var kinds = await control.Api.GetDiffsAsync(
            parsed.GetValue(_group), parsed.GetValue(_route), parsed.GetValue(_field), cancellationToken);
        _output.Write(parsed, kinds, output =>
        {
            var table = new TextTable("GROUP", "ROUTE", "FIELD", "STRICT", "COUNT", "LAST", "EXPECTED", "ACTUAL", "SAMPLE");
            foreach (var kind in kinds)
            {
                table.Add(
                    kind.Group, kind.Route, kind.Field, kind.Strict ? "yes" : null, Words.Number(kind.Count), Words.Time(kind.LastAt, Context.Time),
                    Cut(kind.Expected), Cut(kind.Actual), kind.Samples.FirstOrDefault());
            }

            table.WriteTo(output);
        });
        return CommandLine.Done;
    }

    private static string? Cut(string? text) => text is { Length: > 40 } ? text[..40] + "…" : text;
}
