using System.CommandLine;
using System.Globalization;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands;

internal sealed class ReconcileCommand : HubCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Option<string> _day;
    private readonly Option<string> _channel;

    public ReconcileCommand(CommandContext context)
        : base(
            context, "reconcile",
            "Compare the books of a day: shop = ERP = carrier = marketplace, by channel and currency, each difference with the order's key and what it points to. Exit 1 where anything differs or could not be asked.",
            "hub reconcile --day 2027-01-31", "hub reconcile --day yesterday --channel market")
    {
        _day = Flag<string>("--day", "Orders that were placed on it, in the zone of Orders.TimeZone (default UTC): 2027-01-31, today or yesterday (of UTC).", "DAY");
        _day.Required = true;
        _channel = Flag<string>("--channel", "One channel (default: all).", "CHANNEL");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var day = Day(parsed.GetRequiredValue(_day));
        using var control = _connection.Connect(parsed);
        var view = await control.Api.ReconcileAsync(new StartReconciliation(day, parsed.GetValue(_channel)), cancellationToken);
        while (view.State == "running")
        {
            await Task.Delay(Look, Context.Time, cancellationToken);
            view = await control.Api.GetReconciliationAsync(view.Id, cancellationToken);
        }

        _output.Write(parsed, view, output => Write(output, view));
        return view is { State: "done", Complete: true, Differences.IsEmpty: true } ? CommandLine.Done : CommandLine.Failed;
    }

    private DateOnly Day(string text)
    {
        var today = DateOnly.FromDateTime(Context.Time.GetUtcNow().UtcDateTime);
        return text switch
        {
            "today" => today,
            "yesterday" => today.AddDays(-1),
            _ => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                ? day
                : throw new UsageException($"--day {text} is no day. Write 2027-01-31, today or yesterday."),
        };
    }

    private static void Write(TextWriter output, ReconciliationView view)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"orders placed on {view.Day:yyyy-MM-dd} in {view.Zone} ({view.From:u} to {view.Until:u})"));
        output.WriteLine();
        var sums = new TextTable("CHANNEL", "CURRENCY", "SHOP", "ERP", "CARRIER", "MARKETPLACE");
        foreach (var sum in view.Sums)
        {
            sums.Add(sum.Channel, sum.Currency, Text(sum.Shop), Text(sum.Erp), Text(sum.Carrier), Text(sum.Marketplace));
        }

        sums.WriteTo(output);
        output.WriteLine();
        if (!view.Differences.IsEmpty)
        {
            var differences = new TextTable("ORDER", "SIDE", "DIFFERENCE", "POINTS TO", "DETAIL");
            foreach (var difference in view.Differences)
            {
                differences.Add(difference.Key, difference.Side, difference.What, difference.PointsTo, difference.Detail);
            }

            differences.WriteTo(output);
        }
        else if (view.State == "done")
        {
            output.WriteLine("no difference");
        }

        foreach (var note in view.Notes)
        {
            output.WriteLine($"note: {note}");
        }

        if (view.Problem is { } problem)
        {
            output.WriteLine($"wrong: {problem}");
        }
    }

    private static string? Text(SideSum? sum) => sum switch
    {
        null => null,
        { Sum: { } amount } => string.Create(CultureInfo.InvariantCulture, $"{sum.Count} ({amount})"),
        _ => Words.Number(sum.Count),
    };
}
