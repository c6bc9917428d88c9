using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Stock;

internal sealed class ShowCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _sku = new("SKU") { Description = "The article." };

    public ShowCommand(CommandContext context)
        : base(context, "show", "An article: the owner's number, what it does not include yet, what each channel was told.", "hub stock show TS-001")
    {
        Add(_sku);
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var detail = await control.Api.GetStockOfAsync(parsed.GetRequiredValue(_sku), cancellationToken);
        _output.Write(parsed, detail, output =>
        {
            StockTable.Levels(detail.Levels, Context.Time).WriteTo(output);
            if (!detail.Open.IsEmpty)
            {
                output.WriteLine();
                StockTable.Open(detail.Open, Context.Time).WriteTo(output);
            }

            if (!detail.Channels.IsEmpty)
            {
                output.WriteLine();
                StockTable.Of(detail.Channels, Context.Time).WriteTo(output);
            }
        });
        return CommandLine.Done;
    }
}
