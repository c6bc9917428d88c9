using System.CommandLine;
using Hub.Cli.Features;

namespace Hub.Cli.Commands.Connector;

internal sealed class PreviewCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _connector;
    private readonly Option<string> _order;

    public PreviewCommand(CommandContext context)
        : base(
            context, "preview", "Show what would be sent to the vendor for an order, up to the first write, without sending it. It shows personal data; secrets are masked.",
            "hub connector preview erp --order web/1001")
    {
        _connector = Word("CONNECTOR", "The connector's name.");
        _order = Flag<string>("--order", "The order's key (default: the newest order).", "KEY");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var preview = await control.Api.PreviewConnectorAsync(parsed.GetRequiredValue(_connector), parsed.GetValue(_order), cancellationToken);
        _output.Write(parsed, preview, output =>
        {
            output.WriteLine($"{preview.Command} of {preview.Order} at {preview.Connector}, not sent:");
            foreach (var request in preview.Requests)
            {
                output.WriteLine($"{request.Method} {request.Url}");
                foreach (var header in request.Headers)
                {
                    output.WriteLine(header);
                }

                output.WriteLine();
                output.WriteLine(request.Body);
            }

            if (preview.Said is not null)
            {
                output.WriteLine(preview.Said);
            }
        });
        return CommandLine.Done;
    }
}
