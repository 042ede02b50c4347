//! What the API server is, and what it lets us do. Changes nothing.

use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
};
use kube::Api;
use kube::api::PostParams;

use super::api::ApiError;
use super::connect::Cluster;

/// The newest API that the types of this build know, as `1.NN`.
pub const BUILT_FOR: u32 = 34;

/// The API server's version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerVersion {
    /// `NN` of `1.NN`; none where it can't be read.
    pub minor: Option<u32>,
    /// As it says it, such as `v1.34.4`.
    pub text: String,
}

impl Cluster {
    /// Asks for the server's version.
    pub async fn server_version(&self) -> Result<ServerVersion, ApiError> {
        let asked = self.read("ask the server for its version", || {
            self.client.apiserver_version()
        });
        let info = asked.await?;
        Ok(ServerVersion {
            minor: minor(&info.minor),
            text: info.git_version,
        })
    }

    /// Whether we may do this in the namespace. `resource` may name a subresource behind a slash.
    pub async fn may(&self, verb: &str, group: &str, resource: &str) -> Result<bool, ApiError> {
        let (resource, subresource) = match resource.split_once('/') {
            Some((resource, sub)) => (resource, Some(sub.to_owned())),
            None => (resource, None),
        };
        let question = SelfSubjectAccessReview {
            spec: SelfSubjectAccessReviewSpec {
                resource_attributes: Some(ResourceAttributes {
                    namespace: Some(self.namespace().to_owned()),
                    verb: Some(verb.to_owned()),
                    group: Some(group.to_owned()),
                    resource: Some(resource.to_owned()),
                    subresource,
                    ..ResourceAttributes::default()
                }),
                ..SelfSubjectAccessReviewSpec::default()
            },
            ..SelfSubjectAccessReview::default()
        };
        let api: Api<SelfSubjectAccessReview> = Api::all(self.client.clone());
        let params = PostParams::default();
        let answer = self.read("ask what we may do", || api.create(&params, &question));
        Ok(answer.await?.status.is_some_and(|status| status.allowed))
    }
}

/// Some servers write `34+`.
fn minor(text: &str) -> Option<u32> {
    text.trim_end_matches('+').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vendors_version_is_read() {
        assert_eq!(minor("34"), Some(34));
        assert_eq!(minor("30+"), Some(30));
        assert_eq!(minor(""), None);
    }
}
