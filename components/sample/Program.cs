await using WebApplication shop = Shop.ShopApplication.Create(args, Environment.GetEnvironmentVariable);
await shop.RunAsync();
