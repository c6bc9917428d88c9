using Microsoft.AspNetCore.Builder;

namespace Hub.Town.Services.Customer;

internal sealed record CustomerItem(long Id, string Email, string Name);

/// <summary>The customer service: who an account is.</summary>
internal static class CustomerFile
{
    public static WebApplication Build(TownContext context, Uri address)
    {
        var store = new FedStore(context.OpenStore("new-customer.db"), CustomerSchema.Steps);
        var app = context.CreateBuilder(address).Build();
        app.MapHealth();
        app.MapGet("/customers/{id:long}", (long id) => Answers.OneOrNone(store.Query(
            $"SELECT id, email, name FROM customer WHERE id = {id} AND active = 1",
            row => new CustomerItem(row.GetInt64(0), row.GetString(1), row.GetString(2)))));
        return app;
    }
}
