using Contoso;
using Contoso.Entries;
using Contoso.Identity;
using Contoso.Versions;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddStore(builder.Configuration);
builder.Services.AddTelemetry();
builder.Services.Configure<HubIdentityOptions>(builder.Configuration.GetSection("Hub"));
builder.Services.AddSingleton<HubIdentity>();
builder.Services.AddHealthChecks().AddCheck<StoreHealth>("store");
builder.Services.AddProblemDetails();

var app = builder.Build();
app.UseExceptionHandler();

// order matters: health is asked by whoever runs this, without a customer
app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
app.MapHealthChecks("/health/ready");
app.UseMiddleware<HubIdentityMiddleware>();
app.MapGroup("/v1/name-in-paths").WithVersion("1").MapEntries();

await app.Services.GetRequiredService<EntryStore>().UpgradeAsync(app.Lifetime.ApplicationStopping);
await app.RunAsync();
