using Hub.ChangeFeed;
using Hub.Configuration;
using Hub.Migration.Config;
using Hub.Migration.Mapping;
using Hub.Migration.Outbox;

namespace Hub.Migration.Tests.Applying;

/// <summary>Orders and their lines, and the message that tells of an order which is paid and whole.</summary>
internal static class Orders
{
    public const string Schema =
        """
        CREATE TABLE ord(id BIGINT PRIMARY KEY, number TEXT NOT NULL, status TEXT NOT NULL, total TEXT NOT NULL, placed TEXT NOT NULL);
        CREATE TABLE line(id BIGINT PRIMARY KEY, ord_id BIGINT NOT NULL, qty TEXT NOT NULL CHECK (qty <> '0'), price TEXT NOT NULL);
        """;

    private static readonly ColumnNames Names = new(["Id", "Number", "Status", "Total", "Placed"]);
    private static readonly ColumnNames LineNames = new(["Id", "OrderId", "Qty", "Price"]);

    public static TargetMapping Mapping { get; } = new([
        Shop.Table("ord", "Orders", ("id", "Id"), ("number", "Number"), ("status", "Status"), ("total", "Total"), ("placed", "Placed")),
        Shop.Table("line", "Lines", ("id", "Id"), ("ord_id", "OrderId"), ("qty", "Qty"), ("price", "Price")),
    ]);

    public static OutboxRule Rule()
    {
        var problems = new List<ConfigProblem>();
        var node = ConfigNode.Read(
            """
            {"Kind": "order", "From": "ord", "When": {"status": "paid"}, "At": "placed",
             "Lines": {"From": "line", "By": "ord_id", "Multiply": ["qty", "price"], "SumsUpTo": "total"},
             "Key": [{"Key": "shop/{number}"}], "Body": {"number": "{number}", "lines": [{"qty": "#{qty}"}]}}
            """,
            problems)!;
        var rule = OutboxRule.Read(ConfigBinder.Bind<OutboxConfig>(node, problems), node, Mapping.Tables, problems);
        Assert.Empty(problems);
        return rule!;
    }

    public static ChangeRow Order(long id, string status, string total) => new(Names, [Number(id), Text($"N{id}"), Text(status), Text(total), Text("2027-01-31T06:00:00Z")]);

    public static ChangeRow Line(long id, long order, string qty, string price) => new(LineNames, [Number(id), Number(order), Text(qty), Text(price)]);

    private static ChangeValue Number(long value) => new(ChangeValueKind.Number, value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static ChangeValue Text(string text) => new(ChangeValueKind.Text, text);
}
