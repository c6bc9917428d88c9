using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Xref;

internal sealed class ShowCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _connector;
    private readonly Option<string> _table;

    public ShowCommand(CommandContext context)
        : base(context, "show", "A connector's cross references: what shop and channels call a thing, and what the vendor calls it.", "hub xref show erp --table taxes")
    {
        _connector = Word("CONNECTOR", "The connector's name.");
        _table = Flag<string>("--table", "Of one table only: items, units, taxes, locations, services or payments.", "TABLE");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var rows = await control.Api.GetReferencesAsync(parsed.GetRequiredValue(_connector), parsed.GetValue(_table), cancellationToken);
        _output.Write(parsed, rows, rows.IsEmpty ? output => output.WriteLine("There are no rows. Where 'items' is empty, articles are called by their SKU.") : ReferenceTable.Of(rows).WriteTo);
        return CommandLine.Done;
    }
}
