using System.Net;
using Hub.Running;

namespace Hub.Acceptance;

public sealed class When_a_customer_looks_at_the_order_at_once(TownOfPlanes fixture) : TownScenario(fixture), IClassFixture<TownOfPlanes>
{
    [Fact]
    [Trait("Rule", "8")]
    public async Task Should_show_it_while_New_does_not_have_it_yet()
    {
        await Town.ShiftAsync("account", 100);
        foreach (var (customer, share) in new[] { (41, 0), (42, 100) })
        {
            await Town.ShiftAsync("checkout", share);
            using var visitor = new Visitor(Town.Shop);
            await visitor.LogInAsync(customer);
            await ReadsAtNewAsync(visitor, order: null);
            await visitor.AddAsync(product: 2, quantity: 1);
            Town["migration"].Kill();

            var order = await BuyAsync(visitor);

            var account = await visitor.GetAsync("account");
            Assert.Contains(order, Orders(account));
            Assert.Equal("legacy", account.Side);
            var (exitCode, said) = await Town.HubAsync("explain", account.RequestId);
            Assert.True(exitCode == 0, said);
            Assert.Contains("read your writes", said, StringComparison.Ordinal);

            await Town["migration"].StartAsync();
            await ReadsAtNewAsync(visitor, order);
        }
    }

    /// <summary>The customer's reads come back to New, and at no moment the order is missing.</summary>
    private static Task ReadsAtNewAsync(Visitor visitor, string? order) => Eventually.TrueAsync("the account is read at New", async () =>
    {
        var account = await visitor.GetAsync("account");
        Assert.Equal(HttpStatusCode.OK, account.Status);
        Assert.True(order is null || Orders(account).Contains(order), $"{account.Side} does not show {order}");
        return account.Side == "new" ? null : $"it is read at {account.Side}";
    }, Cancelled);

    private static async Task<string> BuyAsync(Visitor visitor)
    {
        var form = (await visitor.GetAsync("checkout")).Page.QuerySelector("form.checkout")!;
        var hidden = form.QuerySelectorAll("input[type=hidden]").Select(input => (input.GetAttribute("name")!, input.GetAttribute("value") ?? ""));
        var before = Orders(await visitor.GetAsync("account"));
        var answer = await visitor.PostAsync("checkout",
        [
            .. hidden, ("name", "Anna"), ("street", "Lane 1"), ("city", "Town"), ("zip", "12345"), ("country", "DE"), ("email", "anna@town.test"),
        ]);
        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        return Assert.Single(Orders(await visitor.GetAsync("account")).Except(before));
    }

    private static List<string> Orders(Seen account) =>
        [.. account.Page.QuerySelectorAll(".orders [data-order]").Select(row => row.GetAttribute("data-order")!)];
}
