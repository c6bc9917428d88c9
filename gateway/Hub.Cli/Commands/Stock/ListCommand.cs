using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Stock;

internal sealed class ListCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly TakeFeature _take;
    private readonly Option<bool> _refused = new("--refused") { Description = "Only what a channel refused, with its reason." };

    public ListCommand(CommandContext context)
        : base(context, "list", "What changed last for channels: stock and prices.", "hub stock list --refused")
    {
        Add(_refused);
        _take = Enable(new TakeFeature());
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var count = _take.Count(parsed);
        using var control = _connection.Connect(parsed);
        var values = await control.Api.GetStockAsync(parsed.GetValue(_refused), count, cancellationToken);
        _output.Write(
            parsed, values, values.IsEmpty
                ? output => output.WriteLine(parsed.GetValue(_refused) ? "No channel refused anything." : "No channel is told anything: see Hub.Stock of the config.")
                : StockTable.Of(values, Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
