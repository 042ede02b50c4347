//! Which proxy leads to the API server: as kubectl decides, by Go's rules (`golang.org/x/net/http/httpproxy`).
//!
//! kube's own decision is not taken: it looks up the proxy's address in `NO_PROXY`, not the server's.

use std::net::IpAddr;

use kube::Config;
use kube::config::{KubeConfigOptions, Kubeconfig};

/// A server, as far as it matters here.
#[derive(Debug, Clone, Copy)]
struct Place<'a> {
    /// Whether it speaks TLS.
    is_tls: bool,
    /// Name or address, an IPv6 one without brackets.
    host: &'a str,
    /// Port.
    port: u16,
}

/// The proxy for a server; `named` is the kubeconfig's.
pub(super) fn choose(config: &Config, named: Option<String>) -> Option<String> {
    let url = &config.cluster_url;
    let is_tls = url.scheme_str() != Some("http");
    let host = url.host().unwrap_or_default();
    let place = Place {
        is_tls,
        host: host.trim_start_matches('[').trim_end_matches(']'),
        port: url.port_u16().unwrap_or(if is_tls { 443 } else { 80 }),
    };
    named.or_else(|| of_environment(place, |name| std::env::var(name).ok()))
}

/// `proxy-url` of the cluster that is chosen; it outweighs the environment.
pub(super) fn of_kubeconfig(kubeconfig: &Kubeconfig, chosen: &KubeConfigOptions) -> Option<String> {
    let name = chosen
        .context
        .as_ref()
        .or(kubeconfig.current_context.as_ref())?;
    let context = kubeconfig.contexts.iter().find(|c| c.name == *name)?;
    let of_context = context.context.as_ref().map(|c| &c.cluster);
    let cluster = chosen.cluster.as_ref().or(of_context)?;
    let named = kubeconfig.clusters.iter().find(|c| c.name == *cluster)?;
    let url = named.cluster.as_ref()?.proxy_url.clone();
    url.filter(|url| !url.is_empty())
}

/// Host and port of a proxy's address, without a password.
pub(super) fn place(host: Option<&str>, port: Option<u16>) -> String {
    let host = host.unwrap_or_default();
    match port {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// The proxy that the environment names for that server.
fn of_environment(place: Place<'_>, variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    let first = |names: [&str; 2]| {
        let values = names.into_iter().filter_map(&variable);
        values.into_iter().find(|value| !value.is_empty())
    };
    let proxy = if place.is_tls {
        first(["HTTPS_PROXY", "https_proxy"])
    } else {
        first(["HTTP_PROXY", "http_proxy"])
    }?;
    let address = place.host.parse::<IpAddr>().ok();
    if place.host == "localhost" || address.is_some_and(|a| a.is_loopback()) {
        return None;
    }
    let excepted = first(["NO_PROXY", "no_proxy"]).unwrap_or_default();
    let mut exceptions = excepted.split(',').map(|e| e.trim().to_lowercase());
    if exceptions.any(|exception| is_excepted(place, address, &exception)) {
        return None;
    }
    // Without a scheme it is an HTTP proxy.
    Some(if proxy.contains("://") {
        proxy
    } else {
        format!("http://{proxy}")
    })
}

/// Whether one entry of `NO_PROXY` is about the server.
fn is_excepted(place: Place<'_>, address: Option<IpAddr>, exception: &str) -> bool {
    if exception == "*" {
        return true;
    }
    if let (Some((network, bits)), Some(address)) = (exception.split_once('/'), address) {
        return is_within(address, network, bits);
    }
    let (name, port) = match exception.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => (name, Some(port)),
        _ => (exception, None),
    };
    if port.is_some_and(|port| port != place.port.to_string()) {
        return false;
    }
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let host = place.host.to_lowercase();
    if let Some(address) = address {
        return name.parse() == Ok(address);
    }
    let (domain, itself) = match name.strip_prefix('*').unwrap_or(name).strip_prefix('.') {
        Some(domain) => (domain, false),
        None => (name, true),
    };
    let below = host.strip_suffix(domain).is_some_and(|h| h.ends_with('.'));
    !domain.is_empty() && ((itself && host == domain) || below)
}

/// Whether an address is in a network such as `10.0.0.0/8`.
fn is_within(address: IpAddr, network: &str, bits: &str) -> bool {
    let Ok(bits) = bits.parse::<u32>() else {
        return false;
    };
    match (address, network.parse()) {
        (IpAddr::V4(a), Ok(IpAddr::V4(n))) if bits <= 32 => {
            (a.to_bits() ^ n.to_bits()).leading_zeros() >= bits
        }
        (IpAddr::V6(a), Ok(IpAddr::V6(n))) if bits <= 128 => {
            (a.to_bits() ^ n.to_bits()).leading_zeros() >= bits
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(host: &str, excepted: &str) -> Option<String> {
        let place = Place {
            is_tls: true,
            host,
            port: 6443,
        };
        of_environment(place, |name| match name {
            "HTTPS_PROXY" => Some("proxy:3128".to_owned()),
            "NO_PROXY" => Some(excepted.to_owned()),
            _ => None,
        })
    }

    #[test]
    fn exceptions_are_gos() {
        let all = [
            ("api.example.org", "example.org"),
            ("api.example.org", " other , API.example.org"),
            ("api.example.org", ".example.org"),
            ("api.example.org", "*.example.org"),
            ("api.example.org", "api.example.org:6443"),
            ("api.example.org", "*"),
            ("10.1.2.3", "10.0.0.0/8"),
            ("10.1.2.3", "10.1.2.3"),
            ("10.1.2.3", "10.1.2.3:6443"),
            ("fd00::1", "fd00::/8"),
            ("fd00::1", "[fd00::1]:6443"),
            ("fd00::1", "fd00::1"),
            ("127.0.0.1", ""),
            ("::1", ""),
            ("localhost", ""),
        ];
        for (host, excepted) in all {
            assert_eq!(proxy(host, excepted), None, "{host} {excepted}");
        }
        let none = [
            ("api.example.org", ""),
            ("api.example.org", "ample.org"),
            ("example.org", ".example.org"),
            ("api.example.org", "api.example.org:443"),
            ("api.example.org", "proxy"),
            ("10.1.2.3", "10.1.2.0/32"),
            ("10.1.2.3", "fd00::/8,10.1.2.30"),
        ];
        for (host, excepted) in none {
            let proxy = proxy(host, excepted);
            assert_eq!(
                proxy.as_deref(),
                Some("http://proxy:3128"),
                "{host} {excepted}"
            );
        }
    }
}
