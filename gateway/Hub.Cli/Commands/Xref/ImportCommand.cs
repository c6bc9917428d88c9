using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Xref;

internal sealed class ImportCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _connector;
    private readonly Argument<string> _file;
    private readonly Option<bool> _replace;
    private readonly Option<string> _reason;

    public ImportCommand(CommandContext context)
        : base(
            context, "import", "Take rows from a CSV with the header table,key,value: all of them, or none where a line is wrong.",
            "hub xref import erp erp.csv", "hub xref import erp erp.csv --replace")
    {
        _connector = Word("CONNECTOR", "The connector's name.");
        _file = Word("FILE", "The CSV, UTF-8.");
        _replace = Flag<bool>("--replace", "Rows of the connector that the file does not hold go.");
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var file = parsed.GetRequiredValue(_file);
        var path = Context.FullPath(file);
        if (!File.Exists(path))
        {
            throw new CommandFailedException($"there is no file {file} ({path}). To do: name the CSV to be taken; hub xref export CONNECTOR writes one.");
        }

        using var control = _connection.Connect(parsed);
        var request = new ImportReferences(
            parsed.GetRequiredValue(_connector), await File.ReadAllTextAsync(path, cancellationToken), parsed.GetValue(_replace), parsed.GetValue(_reason));
        var answer = await control.Api.ImportReferencesAsync(request, cancellationToken);
        _output.Write(parsed, answer, output => ReferenceTable.Write(output, answer));
        return CommandLine.Done;
    }
}
